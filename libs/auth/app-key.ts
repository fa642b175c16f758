import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** The length of a key's modulus. */
export const KEY_BITS = 2_048;

/** Both halves of a key, as PEM. */
export interface AppKeyPair {
  /** SubjectPublicKeyInfo: what is stored. */
  readonly publicKey: string;
  /** PKCS#1: handed out once, and kept nowhere. */
  readonly privateKey: string;
}

const generate = promisify(generateKeyPair);

/** Draws an RSA key. It takes a tenth of a second, off the event loop. */
export function newAppKey(): Promise<AppKeyPair> {
  return generate('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}
