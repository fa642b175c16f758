import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ArchiveError } from './archive.errors.js';
import type { ArchiveChunk, ArchiveManifest } from './archive-manifest.js';
import { decompressed } from './compression.js';
import { parseEventLine } from './parse-event-line.js';

/** The number of events that are handed on at once. */
const EVENTS_AT_ONCE = 1_000;

const LINE_FEED = 0x0a;

/**
 * The events of an archive, in order. Each chunk is compared with the manifest before one of its events is handed on. The
 * next chunk is read meanwhile, so two are in memory.
 *
 * @throws ArchiveError a file is missing, damaged, or has other events than the manifest says: names the file and the line
 */
export async function* archivedEvents(
  folder: string,
  { chunks, compression }: ArchiveManifest,
): AsyncGenerator<readonly RecordedBytes[]> {
  const load = (chunk: ArchiveChunk | undefined) => {
    const text = chunk && chunkText(join(folder, chunk.file), chunk, compression);
    text?.catch(() => undefined); // It is awaited when the chunk before it has been handed on.
    return text;
  };
  let next = load(chunks[0]);
  let position = -1n;
  for (const [index, chunk] of chunks.entries()) {
    const text = await next;
    if (text === undefined) return;
    next = load(chunks[index + 1]);
    for (const events of eventsOf(text, join(folder, chunk.file), chunk, position)) {
      yield events;
      position = events.at(-1)?.position ?? position;
    }
  }
}

async function chunkText(
  path: string,
  chunk: ArchiveChunk,
  compression: ArchiveManifest['compression'],
): Promise<Buffer> {
  const text = await readFile(path)
    .then((file) => decompressed(file, compression, chunk.bytes))
    .catch((cause: unknown) => {
      throw new ArchiveError(`${path} cannot be read (${messageOf(cause)}): copy the export again`, { cause });
    });
  if (text.length === chunk.bytes && createHash('sha256').update(text).digest('hex') === chunk.sha256) return text;
  const line = damagedLine(text);
  const place = line === undefined ? path : `${path}, line ${line.number}: ${line.fault}. The file`;
  throw new ArchiveError(
    `${place} is damaged: its text has ${text.length} bytes and is not the one of ${chunk.bytes} bytes that the manifest lists: copy the export again`,
  );
}

/** The first line that is no event; undefined: all of them are. */
function damagedLine(text: Buffer): { readonly number: number; readonly fault: string } | undefined {
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    try {
      parseEventLine(line);
    } catch (error) {
      return { number, fault: messageOf(error) };
    }
  }
  return undefined;
}

/** Parses the lines as they are asked for. @param before the position of the event before them */
function* eventsOf(
  text: Buffer,
  path: string,
  { events: count, firstPosition, lastPosition }: ArchiveChunk,
  before: bigint,
): Generator<readonly RecordedBytes[]> {
  let events: RecordedBytes[] = [];
  let [number, position] = [0, before];
  for (const line of linesOf(text)) {
    number += 1;
    const event = eventIn(line, `${path}, line ${number}`);
    if (event.position <= position || (number === 1 && `${event.position}` !== firstPosition)) {
      throw new ArchiveError(
        `${path}, line ${number}: position ${event.position} is not the next one: copy the export again`,
      );
    }
    position = event.position;
    events.push(event);
    if (events.length < EVENTS_AT_ONCE) continue;
    yield events;
    events = [];
  }
  if (number !== count || `${position}` !== lastPosition) {
    throw new ArchiveError(
      `${path} has ${number} events up to position ${position}, and the manifest says ${count} up to ${lastPosition}: copy the export again`,
    );
  }
  if (events.length > 0) yield events;
}

function eventIn(line: Buffer, place: string): RecordedBytes {
  try {
    return parseEventLine(line);
  } catch (cause) {
    throw new ArchiveError(`${place}: ${messageOf(cause)}`, { cause });
  }
}

function* linesOf(text: Buffer): Generator<Buffer> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(LINE_FEED, at);
    yield text.subarray(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
  }
}
