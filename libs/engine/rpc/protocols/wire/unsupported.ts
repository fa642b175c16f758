import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { connectJsonWire } from './connect-wire.js';
import type { WireAnswer } from './wire.js';

const UNSUPPORTED_MEDIA_TYPE = 415;

/** A client that speaks none of the protocols is told in the form that it can read most likely, which is JSON. */
export function unsupportedMediaType(types: readonly string[]): WireAnswer {
  const error = ContractError.of(Code.INVALID_ARGUMENT, `the content type must be one of ${types.join(', ')}`);
  const fault = { status: UNSUPPORTED_MEDIA_TYPE, error };
  const answer = connectJsonWire.failure(fault);
  return { ...answer, status: UNSUPPORTED_MEDIA_TYPE, headers: { ...answer.headers, 'accept-post': types.join(', ') } };
}
