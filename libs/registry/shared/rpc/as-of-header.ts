import { ContractError } from '#libs/engine/errors/contract-error.js';
import { AS_OF_HEADER } from '#libs/registry/contract/headers.js';

/** The header in the documentation of the calls that take it. */
export const asOfParameter = {
  name: AS_OF_HEADER,
  in: 'header',
  description:
    'Answers as of a time (RFC 3339) or a position of the past. The header `x-appledger-as-of-position` of the answer is the position of which it is.',
  schema: { type: 'string' },
  example: '2026-11-29T12:00:00Z',
} as const;

/** The error of a call that cannot be made in the past. */
export const notOfThePast = ContractError.invalidField(
  AS_OF_HEADER,
  'must be left out: this call works on the present. The past can be read with the calls that get and list projects, applications, secrets, keys and webhooks, and their changes',
);
