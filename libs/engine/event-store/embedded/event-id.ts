import { isHyphenPlace, UUID_CHARACTERS, writeUuidText } from '#libs/engine/kernel/uuid-text.js';

/** The length of an event id in bytes. */
export const ID_BYTES = 16;

const HYPHEN = 0x2d;
const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;
const LETTER_A = 0x61;
const LETTER_F = 0x66;

/** Whether an event id is a UUID in canonical lower-case form. */
export function isId(id: string): boolean {
  if (id.length !== UUID_CHARACTERS) return false;
  // A regular expression takes five times as long: new ids are concatenated strings, which it flattens first.
  for (let i = 0; i < UUID_CHARACTERS; i += 1) {
    const code = id.charCodeAt(i);
    if (isHyphenPlace(i) ? code !== HYPHEN : !isHexDigit(code)) return false;
  }
  return true;
}

/** An event id as its bytes. */
export function encodeId(id: string): Buffer {
  const bytes = Buffer.allocUnsafe(ID_BYTES);
  writeId(bytes, id, 0);
  return bytes;
}

/** Writes an event id as its bytes. */
export function writeId(target: Buffer, id: string, start: number): void {
  let at = start;
  for (let i = 0; i < UUID_CHARACTERS; i += 2) {
    if (isHyphenPlace(i)) i += 1;
    target[at++] = (hexDigit(id.charCodeAt(i)) << 4) | hexDigit(id.charCodeAt(i + 1));
  }
}

/** The characters of an id that is read. They are filled anew for each id. */
const characters = Buffer.alloc(UUID_CHARACTERS);

/** Reads an event id from its bytes. Text of slices of the digits takes twice as long to make, and longer to read. */
export function readId(source: Uint8Array, start: number): string {
  writeUuidText(characters, 0, source, start);
  return characters.toString('latin1');
}

function isHexDigit(code: number): boolean {
  return (code >= DIGIT_ZERO && code <= DIGIT_NINE) || (code >= LETTER_A && code <= LETTER_F);
}

/** The value of a hexadecimal digit in lower case. */
function hexDigit(code: number): number {
  return code <= DIGIT_NINE ? code - DIGIT_ZERO : code - LETTER_A + 10;
}
