import type { DescMethod } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import type { ApiDescription } from '#libs/engine/rpc/openapi/api-description.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { accessRefusals } from '#libs/registry/access/index.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { AUTHENTICATED } from '../authenticated.js';
import {
  MAX_ORGANIZATION_LENGTH,
  ORGANIZATION_HEADER,
  ORGANIZATION_PATTERN,
  POSITION_HEADER,
  POSITION_PATTERN,
  STALE_HEADER,
} from '../headers.js';
import { listCap } from '../list-limits.js';

const about = `Registers clients of an API, and keeps every change of them as an event.

The JSON is protobuf's: names in lowerCamelCase (the original snake_case is taken too), 64-bit integers as strings, enum values by name (a number is taken too), times in RFC 3339. Fields that hold their zero value are left out of answers; unknown fields of requests are ignored. Clients match errors on their ids.`;

const text = { type: 'string' };

/** What openapi.json says of the calls of all features, beside what their descriptors hold. */
export function apiDescription({ calls, contract, groups, refusals, fieldExamples }: FeatureSet): ApiDescription {
  const guides = new Map(calls.map(({ method, guide }) => [method as DescMethod, guide]));
  return {
    title: 'Appledger',
    version: productVersion(),
    about,
    contract,
    calls: calls.map(({ method }) => method),
    groups,
    guide: (method) => guides.get(method) ?? missingGuide(method),
    permissionWords,
    errors: refusals,
    errorDetail: ErrorDetailSchema,
    accessErrors: Object.keys(accessRefusals),
    requestHeaders: {
      organization: {
        name: ORGANIZATION_HEADER,
        in: 'header',
        description: "The organization in which the call works; default: the caller's own.",
        schema: { type: 'string', maxLength: MAX_ORGANIZATION_LENGTH, pattern: ORGANIZATION_PATTERN.source },
      },
      position: {
        name: POSITION_HEADER,
        in: 'header',
        description:
          'A position that an earlier answer had in the header of the same name: a read waits, within bounds, until it shows what was written up to there.',
        schema: { type: 'string', pattern: POSITION_PATTERN.source },
      },
    },
    answerHeaders: {
      [POSITION_HEADER]: { description: 'Where the events of a write ended.', schema: text },
      [STALE_HEADER]: {
        description: 'On a read that could not wait any longer: how far the documents are that it shows.',
        schema: text,
      },
    },
    example: ({ jsonName }) => fieldExamples[jsonName],
    cap: listCap,
  };
}

function missingGuide(method: DescMethod): never {
  throw new Error(`${method} is served without a guide: bind it with @Call`);
}

function permissionWords(permission: string | undefined): string {
  if (permission === undefined) return 'Needs no token.';
  if (permission === AUTHENTICATED) return 'Needs a token, and no permission.';
  return `Needs the permission \`${permission}\`.`;
}
