import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { createOwnerFile, writeOwnerFile } from '#libs/engine/runtime/owner-file.js';

const FILE = 'development-issuer.json';

/** The stored state of the development issuer: its key, the user whom its tokens name, and its address. */
export interface IssuerRecord {
  /** ES256, with `kid`. */
  readonly privateKey: JWK;
  readonly organization: string;
  readonly user: string;
  /** The project that the first start creates. */
  readonly project: string;
  /** undefined before the first start of the server. */
  readonly issuer?: string;
  readonly audience?: string;
}

/** The path of the file of an issuer that one server uses alone. */
export function issuerFileIn(dataDir: string): string {
  return join(dataDir, FILE);
}

/**
 * Reads the development issuer's file.
 *
 * @returns undefined when it does not exist
 * @throws Error it is not an issuer file; the message says what to do
 */
export async function readIssuerRecord(path: string): Promise<IssuerRecord | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new Error(`${path} cannot be read (${error.code}): make it readable for this user`, { cause: error });
  });
  if (text === undefined) return undefined;
  const record = parsed(text);
  if (record === undefined) {
    throw new Error(`${path} is damaged: restore it, or delete it to get new keys and a new first project`);
  }
  return record;
}

/** Writes the development issuer's file atomically, readable by its owner alone. */
export function writeIssuerRecord(path: string, record: IssuerRecord): Promise<void> {
  return writeOwnerFile(path, record);
}

/**
 * Creates the development issuer's file unless it exists: of several servers that start at once, one creates it.
 *
 * @returns the content of the file
 */
export async function createIssuerRecord(path: string, record: IssuerRecord): Promise<IssuerRecord> {
  await createOwnerFile(path, record);
  return (await readIssuerRecord(path)) ?? record;
}

/** Generates a key and the first ids. */
export async function newIssuerRecord(nextId: IdGenerator): Promise<IssuerRecord> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return {
    privateKey: { ...jwk, alg: 'ES256', use: 'sig', kid: nextId() },
    organization: nextId(),
    user: nextId(),
    project: nextId(),
  };
}

function parsed(text: string): IssuerRecord | undefined {
  try {
    const record = JSON.parse(text) as IssuerRecord;
    const ids = [record.organization, record.user, record.project, record.privateKey.kid, record.privateKey.d];
    return ids.every((id) => typeof id === 'string' && id !== '') ? record : undefined;
  } catch {
    return undefined;
  }
}
