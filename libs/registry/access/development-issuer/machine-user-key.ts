import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errors, jwtVerify } from 'jose';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { derivedId } from './derived-secret.js';
import { type DevelopmentUser, machineUserOf } from './development-users.js';
import { createOwnerFile, type IssuerRecord } from './issuer-file.js';

const KEY_BITS = 2_048;
/** ZITADEL's clients set `exp` to one hour ahead; the skew is that of two clocks. */
const MAX_LIFETIME_SECONDS = 3_600;
const CLOCK_SKEW_SECONDS = 60;

/** The key file of a machine user, in ZITADEL's form. */
interface MachineKey {
  readonly type: 'serviceaccount';
  readonly keyId: string;
  /** RSA, PEM. */
  readonly key: string;
  readonly userId: string;
}

/** The path of the machine user's key file, beside the issuer's file. */
export function machineKeyFile(issuerFile: string): string {
  return join(dirname(issuerFile), 'machine-user-key.json');
}

/** Creates the machine user's key file, readable by its owner alone, unless it exists. */
export async function ensureMachineKey(path: string, record: IssuerRecord): Promise<void> {
  if ((await readMachineKey(path)) !== undefined) return;
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const { id } = machineUserOf(record);
  const key: MachineKey = { type: 'serviceaccount', keyId: derivedId(record, privateKey), key: privateKey, userId: id };
  await createOwnerFile(path, key);
}

/**
 * The machine user who signed an assertion (RFC 7523, section 3): `iss` and `sub` are its id, `aud` is the issuer or
 * its token endpoint, `exp` is at most an hour ahead. Neither `jti` nor `iat` is required, and an assertion can be used
 * until it expires, because ZITADEL's clients send no `jti`.
 *
 * @throws Error the reason for a refusal
 */
export async function machineUserOfAssertion(
  assertion: string,
  audience: readonly string[],
  record: IssuerRecord,
  path: string,
  clock: Clock,
): Promise<DevelopmentUser> {
  const stored = await readMachineKey(path);
  if (stored === undefined) throw new Error(`${path} does not exist: the next start of the server creates it`);
  const user = machineUserOf(record);
  const now = clock();
  const { payload } = await jwtVerify(assertion, ({ kid }) => publicKey(stored, kid), {
    algorithms: ['RS256'],
    issuer: user.id,
    subject: user.id,
    audience: [...audience],
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_SKEW_SECONDS,
    currentDate: new Date(now),
  });
  const ahead = (payload.exp ?? 0) - now / 1000;
  if (ahead > MAX_LIFETIME_SECONDS + CLOCK_SKEW_SECONDS) throw new Error('the claim exp is more than an hour ahead');
  return user;
}

function publicKey({ keyId, key }: MachineKey, kid: string | undefined): KeyObject {
  if (kid !== keyId) throw new errors.JWKSNoMatchingKey();
  return createPublicKey(key);
}

async function readMachineKey(path: string): Promise<MachineKey | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as MachineKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read: restore it, or delete it to get a new key`, { cause: error });
  }
}
