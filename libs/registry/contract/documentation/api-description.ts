import type { DescMethod } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import type { ApiDescription } from '#libs/engine/rpc/openapi/api-description.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { accessRefusals } from '#libs/registry/access/index.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { AUTHENTICATED } from '../authenticated.js';
import {
  MAX_ORGANIZATION_LENGTH,
  MAX_REASON_CHARACTERS,
  ORGANIZATION_HEADER,
  ORGANIZATION_PATTERN,
  POSITION_HEADER,
  POSITION_PATTERN,
  REASON_HEADER,
  STALE_HEADER,
} from '../headers.js';
import { listCap } from '../list-limits.js';

const about = `Registers API clients, and stores every change as an event.

The JSON is protobuf JSON: names in lowerCamelCase (snake_case is accepted too), 64-bit integers as strings, enum values by name (numbers are accepted too), times in RFC 3339. Answers omit fields with their zero value; unknown fields of requests are ignored. Clients match errors by their ids.`;

const text = { type: 'string' };

/** The texts of openapi.json that the descriptors of the calls do not contain, for the calls of all features. */
export function apiDescription({
  calls,
  contract,
  routes,
  groups,
  refusals,
  fieldExamples,
}: FeatureSet): ApiDescription {
  const guides = new Map(calls.map(({ method, guide }) => [method as DescMethod, guide]));
  return {
    title: 'Appledger',
    version: productVersion(),
    about,
    contract,
    calls: calls.map(({ method }) => method),
    routes,
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
        description: 'The organization in which the call works; default: the organization of the caller.',
        schema: { type: 'string', maxLength: MAX_ORGANIZATION_LENGTH, pattern: ORGANIZATION_PATTERN.source },
      },
      position: {
        name: POSITION_HEADER,
        in: 'header',
        description:
          'A position from the header of the same name in an earlier answer. A read waits, up to a limit, until its answer contains the events up to this position.',
        schema: { type: 'string', pattern: POSITION_PATTERN.source },
      },
      reason: {
        name: REASON_HEADER,
        in: 'header',
        description: `Why something is changed; up to ${MAX_REASON_CHARACTERS} characters. It is kept with the change, and calls that only read ignore it. As UTF-8, or in the ASCII form of RFC 8187: \`UTF-8''Gr%C3%BCnde\`.`,
        schema: { type: 'string' },
      },
    },
    answerHeaders: {
      [POSITION_HEADER]: { description: 'The position of the last event of a write.', schema: text },
      [STALE_HEADER]: {
        description: 'Set when a read did not wait longer: the position of the documents in the answer.',
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
