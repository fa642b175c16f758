import { unsupportedType } from '../../errors/http-error.js';
import { connectJsonWire } from '../connect/connect-wire.js';
import type { WireAnswer } from './wire.js';

/** Answer to an unknown content type, as JSON: the form that such a client can most likely read. */
export function unsupportedMediaType(types: readonly string[]): WireAnswer {
  const error = unsupportedType(`one of ${types.join(', ')}`);
  const answer = connectJsonWire.errorAnswer(error);
  return { ...answer, status: error.status, headers: { ...answer.headers, 'accept-post': types.join(', ') } };
}
