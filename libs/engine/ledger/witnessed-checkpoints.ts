import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readStored } from '#libs/engine/runtime/read-stored.js';
import { replaceFile } from '#libs/engine/runtime/replace-file.js';
import { cosignaturesOf } from '#libs/engine/transparency/notes/cosignature.js';
import type { NoteVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { noteOf, openNote, signatureBy } from '#libs/engine/transparency/notes/signed-note.js';
import { parseNote, type SignedCheckpoint, signedCheckpointIn, WITNESSED_FOLDER } from './tree/ledger-folder.js';

/** So many checkpoints are kept with their cosignatures: the newest ones. */
const KEPT_CHECKPOINTS = 1_000;

const SIZE_DIGITS = 16;

/** A checkpoint with the cosignatures that witnesses have sent for it; undefined: none has. */
export function witnessedNote(folder: string, { size, note }: SignedCheckpoint): string | undefined {
  const file = fileOf(folder, size);
  if (!existsSync(file)) return undefined;
  const witnessed = readStored(file).toString();
  return witnessed.startsWith(note) ? witnessed : undefined; // Cosignatures follow the ledger's own.
}

/**
 * The newest checkpoint that a witness has cosigned; undefined: there is none. Those of a former key, and damaged ones, do
 * not count.
 *
 * @param verifier of the ledger
 */
export function newestWitnessed(folder: string, verifier: NoteVerifier): SignedCheckpoint | undefined {
  const path = join(folder, WITNESSED_FOLDER);
  if (!existsSync(path)) return undefined;
  for (const name of readdirSync(path).filter(isCheckpoint).sort().reverse()) {
    const note = readStored(join(path, name)).toString();
    const opened = openNote(note);
    if (opened !== undefined && signatureBy(opened, verifier) !== undefined) return parseNote(note);
  }
  return undefined;
}

/**
 * The last checkpoint that was signed; where its file is lost, the newest one that a witness has cosigned binds the log.
 *
 * @param verifier of the ledger; undefined: it has no key
 * @throws Error the file is not a checkpoint, or not what the key has signed
 */
export function lastSigned(folder: string, verifier: NoteVerifier | undefined): SignedCheckpoint | undefined {
  return signedCheckpointIn(folder, verifier) ?? (verifier && newestWitnessed(folder, verifier));
}

/**
 * Keeps cosignatures with the checkpoint that they are of, beside those that it has: one of each witness, the newest.
 *
 * @param signed the checkpoint with the ledger's own signature
 * @param sent the note that has the cosignatures
 * @returns the note with all of them
 */
export function keepCosignatures(
  folder: string,
  signed: SignedCheckpoint,
  sent: string,
  witnesses: readonly NoteVerifier[],
): string {
  const newest = new Map<string, { readonly time: number; readonly line: string }>();
  for (const note of [witnessedNote(folder, signed), sent]) {
    const opened = note === undefined ? undefined : openNote(note);
    for (const cosignature of opened === undefined ? [] : cosignaturesOf(opened, witnesses)) {
      const known = newest.get(cosignature.witness);
      if (known === undefined || known.time <= cosignature.time) newest.set(cosignature.witness, cosignature);
    }
  }
  const own = openNote(signed.note);
  if (own === undefined) throw new Error('a signed checkpoint is a note');
  const lines = [...own.signatures.map(({ line }) => line), ...Array.from(newest.values(), ({ line }) => line)];
  const note = noteOf(own.text, lines);
  mkdirSync(join(folder, WITNESSED_FOLDER), { recursive: true, mode: 0o700 });
  replaceFile(fileOf(folder, signed.size), note);
  dropOld(join(folder, WITNESSED_FOLDER));
  return note;
}

function dropOld(path: string): void {
  const names = readdirSync(path).filter(isCheckpoint).sort();
  for (const name of names.slice(0, -KEPT_CHECKPOINTS)) rmSync(join(path, name));
}

function fileOf(folder: string, size: number): string {
  return join(folder, WITNESSED_FOLDER, String(size).padStart(SIZE_DIGITS, '0'));
}

function isCheckpoint(name: string): boolean {
  return /^\d{16}$/.test(name);
}
