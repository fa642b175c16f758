import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { replaceFile } from '#libs/engine/runtime/replace-file.js';
import { generateSigner, type NoteSigner, parseSigner } from '#libs/engine/transparency/notes/note-key.js';
import { KEY_FILE } from '../tree/ledger-folder.js';

/** The digits of the key's hash in the name of a ledger that has been given none. */
const NAME_DIGITS = 16;

/** The key of the ledger cannot be used. The message says what to do. */
export class LedgerKeyError extends Error {
  override readonly name = 'LedgerKeyError';
}

/** What the configuration says of the key. */
export interface KeySettings {
  /** APPLEDGER_LEDGER_KEY */
  readonly key: string | undefined;
  /** APPLEDGER_LEDGER_ORIGIN */
  readonly origin: string | undefined;
}

/**
 * The key that signs the checkpoints: the configured one, that in the ledger's folder, or a new one, which is kept there.
 * Its name is the origin of the ledger; a key without a configured origin is named after itself, so that a new key
 * is a new origin.
 *
 * @param mayCreate false: undefined where there is no key yet
 * @throws LedgerKeyError the file cannot be read, is no key, or the key has another name than the configured origin
 */
export function ledgerKey(folder: string, { key, origin }: KeySettings, mayCreate: boolean): NoteSigner | undefined {
  const signer = configuredKey(key) ?? keyIn(folder) ?? (mayCreate ? createKey(folder, origin) : undefined);
  if (signer !== undefined && origin !== undefined && signer.verifier.name !== origin) {
    throw new LedgerKeyError(
      `APPLEDGER_LEDGER_ORIGIN is ${origin}, and the key of the ledger is that of ${signer.verifier.name}: unset it, or see docs/ledger.md, "A new key"`,
    );
  }
  return signer;
}

function configuredKey(key: string | undefined): NoteSigner | undefined {
  if (key === undefined) return undefined;
  const signer = parseSigner(key);
  if (signer === undefined)
    throw new LedgerKeyError('APPLEDGER_LEDGER_KEY is not a private key: its id is that of another key');
  return signer;
}

function keyIn(folder: string): NoteSigner | undefined {
  const path = join(folder, KEY_FILE);
  if (!existsSync(path)) return undefined;
  const signer = parseSigner(textIn(path));
  if (signer === undefined) {
    throw new LedgerKeyError(
      `${path} is not a private key PRIVATE+KEY+name+id+base64: restore it, or see docs/ledger.md, "A new key"`,
    );
  }
  return signer;
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new LedgerKeyError(
      `${path} cannot be read (${messageOf(cause)}): give this user the right to, or see docs/ledger.md, "A new key"`,
      { cause },
    );
  }
}

function createKey(folder: string, origin: string | undefined): NoteSigner {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const signer = generateSigner(origin, (key) => `appledger/${hash('sha256', key).slice(0, NAME_DIGITS)}`);
  replaceFile(join(folder, KEY_FILE), `${signer.text}\n`);
  return signer;
}
