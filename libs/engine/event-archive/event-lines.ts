import { isUtf8 } from 'node:buffer';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';

/** Text of this many characters is handed on at once: larger pieces did not make an export faster. */
export const PIECE_CHARACTERS = 1_048_576;

/**
 * Writes events as lines of an archive, one after the other into one piece of text. See docs/export.md. The lines are
 * joined as text and encoded together, which takes less time than the bytes of each.
 */
export class EventLines {
  #text = '';
  #metadata: { readonly bytes: Uint8Array; readonly line: string | undefined } = { bytes: NOTHING, line: undefined };
  #time = { at: Number.NaN, text: '' };

  /** The characters of the lines that have not been taken; in bytes they may be more. */
  get characters(): number {
    return this.#text.length;
  }

  /** Adds the line of an event. */
  add(event: RecordedBytes): void {
    const { data, metadata, isJson } = event;
    const line = `${this.#beginning(event)}${member('data', data, isJson ? lineOf(data) : undefined)}`;
    this.#text += `${line}${member('metadata', metadata, isJson ? this.#metadataLine(metadata) : undefined)}}\n`;
  }

  /** Takes the lines that have been added. */
  take(): Buffer {
    const piece = Buffer.from(this.#text);
    this.#text = '';
    return piece;
  }

  #beginning({ stream, revision, id, type, recordedAt, position, isJson }: RecordedBytes): string {
    if (this.#time.at !== recordedAt) this.#time = { at: recordedAt, text: new Date(recordedAt).toISOString() };
    const json = isJson ? '' : ',"json":false';
    return `{"stream":${JSON.stringify(stream)},"revision":"${revision}","id":"${id}","type":${JSON.stringify(type)},"time":"${this.#time.text}","position":"${position}"${json}`;
  }

  /** Events that were appended together share their metadata, which are decoded once. */
  #metadataLine(bytes: Uint8Array): string | undefined {
    if (Buffer.compare(bytes, this.#metadata.bytes) !== 0) this.#metadata = { bytes, line: lineOf(bytes) };
    return this.#metadata.line;
  }
}

const NOTHING = Buffer.alloc(0);

/** @param line the bytes as one line of JSON, which gives the same bytes again; undefined: they are not */
function member(name: string, bytes: Uint8Array, line: string | undefined): string {
  if (bytes.length === 0) return '';
  return line === undefined ? `,"${name}Base64":"${bufferOf(bytes).toString('base64')}"` : `,"${name}":${line}`;
}

function lineOf(bytes: Uint8Array): string | undefined {
  if (isBlank(bytes[0]) || isBlank(bytes.at(-1))) return undefined; // not a part of the value
  const text = bufferOf(bytes).toString();
  if (text.includes('\n') || text.includes('\r')) return undefined;
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) return undefined;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

/** Whether a byte is a blank around a value of JSON, or another control character. */
function isBlank(byte: number | undefined): boolean {
  return byte !== undefined && byte <= SPACE;
}

const SPACE = 0x20;

/** Stands in a text for bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
