import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readStored } from '#libs/engine/runtime/read-stored.js';
import { type Checkpoint, parseCheckpoint } from '#libs/engine/transparency/notes/checkpoint.js';
import type { NoteVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { openNote, signatureBy, signaturesOf } from '#libs/engine/transparency/notes/signed-note.js';

/** The folder of the ledger in the data folder. */
export const LEDGER_FOLDER = 'ledger';

/** The last checkpoint that was signed. */
export const CHECKPOINT_FILE = 'checkpoint';

/** The private key, where no variable names one. */
export const KEY_FILE = 'key';

/** The hashes of the tree, and the places of its leaves. */
export const TREE_FOLDER = 'tree';

/** Checkpoints with the cosignatures of witnesses. */
export const WITNESSED_FOLDER = 'witnessed';

/** A checkpoint and the note that holds it. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: string;
}

/**
 * The last checkpoint that was signed in a folder; undefined: none was.
 *
 * @param verifier of the ledger, where it is known; a former key may have signed it
 * @throws Error the file is not a checkpoint, or not what the verifier's key has signed
 */
export function signedCheckpointIn(folder: string, verifier?: NoteVerifier): SignedCheckpoint | undefined {
  const path = join(folder, CHECKPOINT_FILE);
  if (!existsSync(path)) return undefined;
  const note = readStored(path).toString();
  const checkpoint = parseNote(note);
  if (checkpoint === undefined || (verifier !== undefined && isForged(note, verifier))) {
    throw new Error(
      `${path} is not a checkpoint that was signed: restore it from a copy of the last checkpoint, or see docs/ledger.md, "Beginning anew"`,
    );
  }
  return checkpoint;
}

/** Whether a note has a signature in the name of a key that the key has not made. */
export function isForged(note: string, verifier: NoteVerifier): boolean {
  const opened = openNote(note);
  if (opened === undefined) return false;
  return signaturesOf(opened, verifier).length > 0 && signatureBy(opened, verifier) === undefined;
}

/** The checkpoint in a note, unverified; undefined: there is none. */
export function parseNote(note: string): SignedCheckpoint | undefined {
  const checkpoint = parseCheckpoint(openNote(note)?.text ?? '');
  return checkpoint && { ...checkpoint, note };
}
