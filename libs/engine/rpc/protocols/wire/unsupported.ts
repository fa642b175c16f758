import { unsupportedType } from '../../errors/http-error.js';
import { connectJsonWire } from '../connect/connect-wire.js';
import type { WireAnswer } from './wire.js';

/** A client that speaks none of the protocols is told in the form that it can read most likely, which is JSON. */
export function unsupportedMediaType(types: readonly string[]): WireAnswer {
  const error = unsupportedType(`one of ${types.join(', ')}`);
  const answer = connectJsonWire.errorAnswer(error);
  return { ...answer, status: error.status, headers: { ...answer.headers, 'accept-post': types.join(', ') } };
}
