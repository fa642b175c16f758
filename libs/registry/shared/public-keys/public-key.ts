import { createPublicKey, type KeyObject } from 'node:crypto';

/** What is wrong with a public key, and what is accepted. It never contains the key. */
export class PublicKeyError extends Error {
  override readonly name = 'PublicKeyError';
}

/** Sizes of RSA keys, in bits. Verification with a longer key would take too long. */
const MIN_RSA_BITS = 2_048;
const MAX_RSA_BITS = 8_192;

/** The curves of RFC 7518, section 3.4, by OpenSSL's names. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

const ACCEPTED = `RSA with ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits, EC on P-256, P-384 or P-521, or Ed25519`;

/** The members of a JWK that only the owner of a key may know (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const PRIVATE =
  'it contains a private key, which must not leave its owner: send the public key alone, of a key that nobody else has seen';

const PEM = /^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/;

/**
 * Reads a public key as PEM (SubjectPublicKeyInfo, RFC 7468, section 13).
 *
 * @throws PublicKeyError it is none, holds a private key, or is of a kind or size that is not accepted
 */
export function publicKeyOfPem(pem: string): KeyObject {
  if (/PRIVATE KEY/i.test(pem)) throw new PublicKeyError(PRIVATE);
  if (!PEM.test(pem)) {
    throw new PublicKeyError('pem must be one block of PEM that begins with -----BEGIN PUBLIC KEY-----');
  }
  return accepted(() => createPublicKey(pem), 'pem');
}

/**
 * Reads a public key as JWK (RFC 7517).
 *
 * @throws PublicKeyError it is none, holds a private or shared key, is not for signatures, or is of a kind or size that
 *   is not accepted
 */
export function publicKeyOfJwk(jwk: Readonly<Record<string, unknown>>): KeyObject {
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))) throw new PublicKeyError(PRIVATE);
  if (jwk.use !== undefined && jwk.use !== 'sig')
    throw new PublicKeyError('use of the jwk must be sig, or be left out');
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) {
    throw new PublicKeyError('key_ops of the jwk must contain verify, or be left out');
  }
  return accepted(() => createPublicKey({ key: jwk, format: 'jwk' }), 'jwk');
}

/** A public key as PEM (SubjectPublicKeyInfo). */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function accepted(read: () => KeyObject, form: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new PublicKeyError(`${form} cannot be read as a public key: send ${ACCEPTED}`);
  }
  if (!isAccepted(key)) throw new PublicKeyError(`${form} holds another kind of key: send ${ACCEPTED}`);
  return key;
}

function isAccepted({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = asymmetricKeyDetails;
  switch (asymmetricKeyType) {
    case 'rsa':
      // With the exponent 1, a signature is its own message.
      return modulusLength >= MIN_RSA_BITS && modulusLength <= MAX_RSA_BITS && publicExponent >= 3n;
    case 'ec':
      return CURVES.includes(namedCurve);
    default:
      return asymmetricKeyType === 'ed25519';
  }
}
