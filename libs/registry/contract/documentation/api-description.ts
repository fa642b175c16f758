import type { DescMethod } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import type { ApiDescription, CallGuide } from '#libs/engine/rpc/openapi/api-description.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { AUTHENTICATED } from '../authenticated.js';
import { errorCatalogue } from '../errors/error-catalogue.js';
import {
  MAX_ORGANIZATION_LENGTH,
  ORGANIZATION_HEADER,
  ORGANIZATION_PATTERN,
  POSITION_HEADER,
  POSITION_PATTERN,
  STALE_HEADER,
} from '../headers.js';
import { listCap } from '../list-limits.js';
import { servedCalls } from '../served-calls.js';
import { servedContract } from '../served-contract.js';
import { callGroups, callGuide, errorsOfAccess } from './call-guide.js';
import { fieldExamples } from './field-examples.js';

const about = `Registers clients of an API, and keeps every change of them as an event.

The JSON is protobuf's: names in lowerCamelCase (the original snake_case is taken too), 64-bit integers as strings, enum values by name (a number is taken too), times in RFC 3339. Fields that hold their zero value are left out of answers; unknown fields of requests are ignored. Clients match errors on their ids.`;

const text = { type: 'string' };

/** What openapi.json says of Appledger's calls beside what their descriptors hold. */
export const apiDescription: ApiDescription = {
  title: 'Appledger',
  version: productVersion(),
  about,
  contract: servedContract,
  calls: servedCalls,
  groups: callGroups,
  guide: guideTo,
  permissionWords,
  errors: errorCatalogue,
  errorDetail: ErrorDetailSchema,
  accessErrors: errorsOfAccess,
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

function guideTo({ name }: DescMethod): CallGuide {
  const guide = callGuide[name];
  if (guide === undefined)
    throw new Error(`${name} is served: say what it does in libs/registry/contract/documentation/call-guide.ts`);
  return guide;
}

function permissionWords(permission: string | undefined): string {
  if (permission === undefined) return 'Needs no token.';
  if (permission === AUTHENTICATED) return 'Needs a token, and no permission.';
  return `Needs the permission \`${permission}\`.`;
}
