import { hash as hashOnce, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32; // 256 bits
const SALT_BYTES = 16;

/** PHC string format: $id$salt$hash, base64 without padding (github.com/P-H-C/phc-string-format). */
const PHC = /^\$sha256\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** The characters of a secret that are kept, by which a person tells it from others. */
const HINT_LENGTH = 4;

/** A secret, which is answered once, and what is stored of it. */
export interface NewClientSecret {
  readonly secret: string;
  readonly stored: {
    readonly secretId: string;
    readonly secretHash: string;
    /** Its last 4 characters. */
    readonly secretHint: string;
  };
}

/**
 * Draws a client secret of 256 bits from the system's random source. Its last 4 characters are kept: 232 bits remain
 * unknown.
 *
 * One round of salted SHA-256 is enough here, unlike for a password: the secret cannot be guessed, whatever a guess
 * costs, and every introspection verifies it (docs/decisions/0002-client-secret-hash.md).
 *
 * @param secretId the id that the secret gets
 */
export function newClientSecret(secretId: string): NewClientSecret {
  const random = draw(SECRET_BYTES + SALT_BYTES);
  const secret = random.subarray(0, SECRET_BYTES).toString('base64url');
  const salt = random.subarray(SECRET_BYTES);
  const secretHash = `$sha256$${unpadded(salt)}$${unpadded(digest(salt, secret))}`;
  return { secret, stored: { secretId, secretHash, secretHint: secret.slice(-HINT_LENGTH) } };
}

/**
 * Whether a secret is the one that was hashed, in constant time.
 *
 * @param hash as {@link newClientSecret} made it
 * @throws Error the hash is none: the event it comes from was not written by Appledger
 */
export function verifyClientSecret(secret: string, hash: string): boolean {
  const [, salt, expected] = PHC.exec(hash) ?? [];
  if (salt === undefined || expected === undefined) throw new Error('the stored secret hash is not of a known form');
  return timingSafeEqual(digest(Buffer.from(salt, 'base64'), secret), Buffer.from(expected, 'base64'));
}

/** Random bytes are read for many secrets at once: a call to the system's source costs as much as a hash. */
const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);

/** Takes bytes from the pool, and wipes them there. */
function draw(bytes: number): Buffer {
  if (pool.length < bytes) pool = randomBytes(POOL_BYTES);
  const drawn = Buffer.from(pool.subarray(0, bytes));
  pool.fill(0, 0, bytes);
  pool = pool.subarray(bytes);
  return drawn;
}

function digest(salt: Buffer, secret: string): Buffer {
  return hashOnce('sha256', Buffer.concat([salt, Buffer.from(secret)]), 'buffer');
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').slice(0, Math.ceil((bytes.length * 4) / 3));
}
