/** What controls a terminal, begins a line, or is shown in another order than it is written. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A line without characters by which a text in it could control the terminal, or look like other lines. */
export function printable(line: string): string {
  return line.replace(CONTROL, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
