import { isUtf8 } from 'node:buffer';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';

/** The text of this many bytes is handed on at once: larger pieces did not make an export faster. */
export const PIECE_BYTES = 1_048_576;

/** Writes events as lines of an archive, one after the other into one piece of text. See docs/export.md. */
export class EventLines {
  #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #length = 0;
  #metadata: Uint8Array = new Uint8Array();
  #time = { at: Number.NaN, text: '' };

  /** The bytes of the lines that have not been taken. */
  get bytes(): number {
    return this.#length;
  }

  /** Adds the line of an event. */
  add(event: RecordedBytes): void {
    const { data, metadata, isJson } = event;
    this.#text(this.#beginning(event));
    this.#member('data', data, isJson && isOneLineOfJson(data));
    this.#member('metadata', metadata, isJson && this.#isKnownJson(metadata));
    this.#bytes(END);
  }

  /** Takes the lines that have been added. */
  take(): Buffer {
    const piece = this.#piece.subarray(0, this.#length);
    this.#piece = Buffer.allocUnsafe(PIECE_BYTES);
    this.#length = 0;
    return piece;
  }

  #beginning({ stream, revision, id, type, recordedAt, position, isJson }: RecordedBytes): string {
    if (this.#time.at !== recordedAt) this.#time = { at: recordedAt, text: new Date(recordedAt).toISOString() };
    const json = isJson ? '' : ',"json":false';
    return `{"stream":${JSON.stringify(stream)},"revision":"${revision}","id":"${id}","type":${JSON.stringify(type)},"time":"${this.#time.text}","position":"${position}"${json}`;
  }

  /** Events that were appended together share their metadata, which are checked once. */
  #isKnownJson(metadata: Uint8Array): boolean {
    if (Buffer.compare(metadata, this.#metadata) === 0) return true;
    if (!isOneLineOfJson(metadata)) return false;
    this.#metadata = metadata;
    return true;
  }

  /** Bytes that are one line of JSON are written as they are, so that reading gives the same bytes again. */
  #member(name: keyof typeof NAMES, bytes: Uint8Array, isLine: boolean): void {
    if (bytes.length === 0) return;
    if (!isLine) {
      this.#text(`,"${name}Base64":"${bufferOf(bytes).toString('base64')}"`);
      return;
    }
    this.#bytes(NAMES[name]);
    this.#bytes(bytes);
  }

  #text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#piece.write(text, this.#length);
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#piece.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#piece.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#piece.length * 2));
    this.#piece.copy(larger, 0, 0, this.#length);
    this.#piece = larger;
  }
}

const NAMES = { data: Buffer.from(',"data":'), metadata: Buffer.from(',"metadata":') };
const END = Buffer.from('}\n');

function isOneLineOfJson(bytes: Uint8Array): boolean {
  const text = bufferOf(bytes).toString();
  if (text.includes('\n') || text.includes('\r')) return false;
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Stands in a text for bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
