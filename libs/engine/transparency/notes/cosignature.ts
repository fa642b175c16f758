import type { NoteSigner, NoteVerifier } from './note-key.js';
import { type OpenedNote, signatureLine } from './signed-note.js';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** What a witness says of a checkpoint: that it saw it at a time, and none that contradicts it. */
export interface Cosignature {
  readonly witness: string;
  /** In seconds since 1970. */
  readonly time: number;
  readonly line: string;
}

/** The cosignatures of a note by these witnesses (C2SP tlog-cosignature, `cosignature/v1`). Lines of others are left out. */
export function cosignaturesOf(note: OpenedNote, witnesses: readonly NoteVerifier[]): readonly Cosignature[] {
  return note.signatures.flatMap(({ name, id, signature, line }) => {
    const witness = witnesses.find((one) => one.name === name && one.id.equals(id));
    if (witness === undefined || signature.length !== TIME_BYTES + SIGNATURE_BYTES) return [];
    const time = Number(signature.readBigUInt64BE());
    if (!witness.verify(cosignedMessage(time, note.text), signature.subarray(TIME_BYTES))) return [];
    return [{ witness: name, time, line }];
  });
}

/** The line of a witness under a note. @param time in seconds since 1970 */
export function cosignatureLine(text: string, time: number, witness: NoteSigner): string {
  const stamp = Buffer.alloc(TIME_BYTES);
  stamp.writeBigUInt64BE(BigInt(time));
  return signatureLine(witness.verifier, Buffer.concat([stamp, witness.sign(cosignedMessage(time, text))]));
}

function cosignedMessage(time: number, text: string): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
}
