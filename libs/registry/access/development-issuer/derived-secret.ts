import { hkdfSync } from 'node:crypto';
import type { IssuerRecord } from './issuer-file.js';

const DIGITS = 18n; // the length of every id
const LOWEST_ID = 10n ** (DIGITS - 1n);

/**
 * Derives a secret from the issuer's private key (RFC 5869, HKDF with SHA-256): servers with the same file derive the
 * same one, nothing more has to be stored, and a file of an older version has it too.
 *
 * @param purpose a different text for each secret
 * @param bytes its length
 */
export function derivedSecret(
  { privateKey }: Pick<IssuerRecord, 'privateKey'>,
  purpose: string,
  bytes: number,
): Buffer {
  const key = Buffer.from(privateKey.d ?? '', 'base64url');
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `appledger development issuer: ${purpose}`, bytes));
}

/** Derives an id of 18 decimal digits. */
export function derivedId(record: Pick<IssuerRecord, 'privateKey'>, purpose: string): string {
  const number = derivedSecret(record, purpose, 8).readBigUInt64BE();
  return String(LOWEST_ID + (number % (9n * LOWEST_ID)));
}
