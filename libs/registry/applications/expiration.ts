import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import { ContractError } from '#libs/engine/errors/contract-error.js';

/** The latest time of the contract, in milliseconds since 1970. */
export const LATEST_EXPIRATION = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * The requested expiration of a credential, in milliseconds since 1970; undefined: none is requested.
 *
 * @param field the field of the request
 * @throws ContractError it is not a valid time
 */
export function expirationOf(timestamp: Timestamp | undefined, field: string): number | undefined {
  if (timestamp === undefined) return undefined;
  const at = timestampMs(timestamp);
  // JSON cannot represent a later time; the binary form can.
  if (at <= LATEST_EXPIRATION + 999) return at;
  throw ContractError.invalidField(field, 'must not be after the year 9999');
}
