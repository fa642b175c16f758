import { fromBase64 } from './base64.js';
import type { NoteSigner, NoteVerifier } from './note-key.js';

/** A signature line of a note: who signs, and the bytes after the key's id. */
export interface NoteSignature {
  readonly name: string;
  readonly id: Buffer;
  readonly signature: Buffer;
  /** The line as it is written, without its end. */
  readonly line: string;
}

/** A note as it was read: nothing of it is verified yet. */
export interface OpenedNote {
  /** The signed text; it ends with a line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Notes are small; a larger one is refused before anything of it is read. */
export const MAX_NOTE_CHARACTERS = 65_536;
const MAX_SIGNATURES = 100;
const ID_BYTES = 4;
const LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/;

/** Signs a text (C2SP signed-note). @param text ends with a line feed */
export function signedNote(text: string, signer: NoteSigner): string {
  return noteOf(text, [signatureLine(signer.verifier, signer.sign(Buffer.from(text)))]);
}

/** A note with these signature lines. */
export function noteOf(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** A line with a signature. */
export function signatureLine({ name, id }: NoteVerifier, signature: Uint8Array): string {
  return `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}`;
}

/** Reads a note without verifying it; undefined: it is none. */
export function openNote(note: string): OpenedNote | undefined {
  const end = note.lastIndexOf('\n\n');
  if (note.length > MAX_NOTE_CHARACTERS || end < 1 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return undefined;
  const signatures = lines.map(signatureOf);
  const read = signatures.filter((signature) => signature !== undefined);
  return read.length === lines.length ? { text: note.slice(0, end + 1), signatures: read } : undefined;
}

/** The line of a note that one key has signed; undefined: it has not, or a signature in its name is wrong. */
export function signatureBy(note: OpenedNote, verifier: NoteVerifier): NoteSignature | undefined {
  const message = Buffer.from(note.text);
  const own = signaturesOf(note, verifier);
  return own.length > 0 && own.every(({ signature }) => verifier.verify(message, signature)) ? own[0] : undefined;
}

/** The lines of a note in the name of a key, verified or not. */
export function signaturesOf({ signatures }: OpenedNote, verifier: NoteVerifier): readonly NoteSignature[] {
  return signatures.filter(({ name, id }) => name === verifier.name && id.equals(verifier.id));
}

function signatureOf(line: string): NoteSignature | undefined {
  const [, name, base64] = LINE.exec(line) ?? [];
  const bytes = fromBase64(base64 ?? '');
  if (name === undefined || bytes === undefined || bytes.length <= ID_BYTES) return undefined;
  return { name, id: bytes.subarray(0, ID_BYTES), signature: bytes.subarray(ID_BYTES), line };
}
