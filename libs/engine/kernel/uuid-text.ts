/** Characters of a UUID as text. */
export const UUID_CHARACTERS = 36;

const HYPHEN = 0x2d;
const DIGITS = Buffer.from('0123456789abcdef');

/** Writes the 16 bytes of a UUID as text: in lower case, with hyphens. @returns the offset after it */
export function writeUuidText(target: Uint8Array, at: number, source: Uint8Array, start: number): number {
  let read = start;
  for (let place = 0; place < UUID_CHARACTERS; place += 2) {
    if (isHyphenPlace(place)) {
      target[at + place] = HYPHEN;
      place += 1;
    }
    const byte = source[read++] as number;
    target[at + place] = DIGITS[byte >> 4] as number;
    target[at + place + 1] = DIGITS[byte & 0xf] as number;
  }
  return at + UUID_CHARACTERS;
}

/** Whether a hyphen stands at a place of the text. */
export function isHyphenPlace(place: number): boolean {
  return place === 8 || place === 13 || place === 18 || place === 23;
}
