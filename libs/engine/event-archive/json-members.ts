const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The values of the members of a JSON object, as the bytes that stand in the text. `JSON.parse` would change some of
 * them: numbers with many digits, spaces, the order of names that are numbers.
 *
 * @param text of one valid JSON object in UTF-8
 * @returns the last value of each name
 */
export function jsonMembers(text: Buffer): ReadonlyMap<string, Buffer> {
  const members = new Map<string, Buffer>();
  let at = skipSpaces(text, skipSpaces(text, 0) + 1);
  while (text[at] === QUOTE) {
    const nameEnd = stringEnd(text, at);
    const valueStart = skipSpaces(text, skipSpaces(text, nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    members.set(JSON.parse(text.toString('utf8', at, nameEnd)), text.subarray(valueStart, valueEnd));
    at = skipSpaces(text, valueEnd);
    if (text[at] === COMMA) at = skipSpaces(text, at + 1);
  }
  return members;
}

function skipSpaces(text: Buffer, from: number): number {
  let at = from;
  while ((text[at] ?? COLON) <= SPACE) at += 1;
  return at;
}

/** The offset after the string that begins at an offset. */
function stringEnd(text: Buffer, start: number): number {
  let at = start + 1;
  for (; at < text.length && text[at] !== QUOTE; at += 1) if (text[at] === BACKSLASH) at += 1;
  return at + 1;
}

function endOfValue(text: Buffer, start: number): number {
  if (text[start] === QUOTE) return stringEnd(text, start);
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const byte = text[at] ?? 0;
    if (byte === QUOTE) {
      at = stringEnd(text, at);
      continue;
    }
    if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACE || byte <= SPACE)) return at;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  return at;
}
