import { createHash, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { compactVerify, decodeJwt, errors } from 'jose';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { createOwnerFile } from '#libs/engine/runtime/owner-file.js';
import { faultOfClaims } from '#libs/registry/shared/oauth/assertion-claims.js';
import { derivedId } from './derived-secret.js';
import { type DevelopmentUser, machineUserOf } from './development-users.js';
import type { IssuerRecord } from './issuer-file.js';

const KEY_BITS = 2_048;

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
  const key: MachineKey = {
    type: 'serviceaccount',
    keyId: derivedId(record, digestOf(privateKey)),
    key: privateKey,
    userId: id,
  };
  await createOwnerFile(path, key);
}

/**
 * The machine user who signed an assertion. Its claims are checked like those of clients: `jti` and `iat` are optional,
 * and an assertion can be used until it expires, because ZITADEL's clients send no `jti`.
 *
 * @param audiences of which `aud` must hold one
 * @throws Error the reason for a refusal
 */
export async function machineUserOfAssertion(
  assertion: string,
  audiences: ReadonlySet<string>,
  record: IssuerRecord,
  path: string,
  clock: Clock,
): Promise<DevelopmentUser> {
  const stored = await readMachineKey(path);
  if (stored === undefined) throw new Error('there is no key of the machine user: the next start creates it');
  await compactVerify(assertion, ({ kid }) => publicKey(stored, kid), { algorithms: ['RS256'] });
  const claims = decodeJwt(assertion);
  const user = machineUserOf(record);
  if (claims.iss !== user.id) throw new Error('the claims iss and sub must both be the userId of the key file');
  const fault = faultOfClaims(claims, { named: undefined, audiences, now: clock() });
  if (fault !== undefined) throw new Error(fault);
  return user;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
