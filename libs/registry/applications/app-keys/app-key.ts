import { generateKeyPairSync } from 'node:crypto';

/** The length of a key's modulus. */
export const KEY_BITS = 2_048;

/** Both halves of a key, as PEM. */
export interface AppKeyPair {
  /** SubjectPublicKeyInfo: what is stored. */
  readonly publicKey: string;
  /** PKCS#1: handed out once, and kept nowhere. */
  readonly privateKey: string;
}

/** Draws an RSA key. The thread that does it can do nothing else for a tenth of a second: see {@link AppKeyMaker}. */
export function newAppKey(): AppKeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}
