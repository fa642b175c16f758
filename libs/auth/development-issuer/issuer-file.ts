import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { IdGenerator } from '#libs/kernel/ids.js';

const FILE = 'development-issuer.json';
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** What the development issuer keeps: its key, whom its tokens speak of, and where it serves. */
export interface IssuerRecord {
  /** ES256, with `kid`. */
  readonly privateKey: JWK;
  readonly organization: string;
  readonly user: string;
  /** The project that is made on the first start. */
  readonly project: string;
  /** undefined until it has served for the first time. */
  readonly issuer?: string;
  readonly audience?: string;
}

/**
 * Reads the development issuer's file.
 *
 * @returns undefined when there is none
 * @throws Error the file is not one of ours; the message says what to do
 */
export async function readIssuerRecord(dataDir: string): Promise<IssuerRecord | undefined> {
  const path = join(dataDir, FILE);
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

/** Writes the development issuer's file, all of it or nothing, readable by its owner alone. */
export async function writeIssuerRecord(dataDir: string, record: IssuerRecord): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const path = join(dataDir, FILE);
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeSynced(unfinished, `${JSON.stringify(record, undefined, 2)}\n`);
  await rename(unfinished, path);
  const folder = await open(dataDir, 'r');
  try {
    await folder.sync(); // or the new name could be lost with the power
  } finally {
    await folder.close();
  }
}

/** Draws a key and the first ids. */
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

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
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
