import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#libs/engine/runtime/logger.js';
import { replaceFile } from '#libs/engine/runtime/replace-file.js';
import type { NoteVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { openNote, signatureBy } from '#libs/engine/transparency/notes/signed-note.js';
import type { SignedCheckpoint } from '../tree/ledger-folder.js';

/**
 * Keeps the last checkpoint of another key under the name of that key: the next one replaces it. What that key has
 * signed binds the log all the same.
 */
export function keepFormerCheckpoint(
  folder: string,
  last: SignedCheckpoint | undefined,
  verifier: NoteVerifier,
  log: Log,
): void {
  const note = openNote(last?.note ?? '');
  if (last === undefined || note === undefined || signatureBy(note, verifier) !== undefined) return;
  const file = join(folder, `checkpoint-of-key-${note.signatures[0]?.id.toString('hex')}`);
  if (!existsSync(file)) replaceFile(file, last.note);
  log.warn(
    { origin: last.origin, size: last.size, newOrigin: verifier.name, file },
    'the ledger was signed with another key: the last checkpoint of that key is kept, and the new key goes on from there',
  );
}
