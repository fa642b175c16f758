import { createHash } from 'node:crypto';
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

/** A file of an archive, and the place where it is. */
interface ChunkPlace {
  readonly path: string;
  readonly chunk: ArchiveChunk;
  readonly compression: ArchiveManifest['compression'];
}

/**
 * The events of an archive, in order. Each file is read twice, in pieces: it is compared with the manifest before one of
 * its events is handed on.
 *
 * @throws ArchiveError a file is missing, damaged, or has other events than the manifest says: names the file and the line
 */
export async function* archivedEvents(
  folder: string,
  { chunks, compression }: ArchiveManifest,
): AsyncGenerator<readonly RecordedBytes[]> {
  let position = -1n;
  for (const chunk of chunks) {
    const place = { path: join(folder, chunk.file), chunk, compression };
    await compare(place);
    for await (const events of eventsOf(place, position)) {
      yield events;
      position = events.at(-1)?.position ?? position;
    }
  }
}

/** Compares the text of a file with the manifest. @throws ArchiveError it is another one */
async function compare(place: ChunkPlace): Promise<void> {
  const { path, chunk } = place;
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesOf(place)) {
    hash.update(piece);
    bytes += piece.length;
  }
  if (bytes === chunk.bytes && hash.digest('hex') === chunk.sha256) return;
  const line = await damagedLine(place);
  const damaged = line === undefined ? path : `${path}, line ${line.number}: ${line.fault}. The file`;
  throw new ArchiveError(
    `${damaged} is damaged: its text is not the one of ${chunk.bytes} bytes that the manifest lists: copy the export again`,
  );
}

/** The text of a file, up to a little more than the manifest says. @throws ArchiveError it cannot be read */
async function* piecesOf({ path, chunk, compression }: ChunkPlace): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const piece of decompressed(path, compression)) {
      yield piece;
      bytes += piece.length;
      if (bytes > chunk.bytes) return;
    }
  } catch (cause) {
    throw new ArchiveError(`${path} cannot be read (${messageOf(cause)}): copy the export again`, { cause });
  }
}

/** The first line that is no event; undefined: all of them are. */
async function damagedLine(
  place: ChunkPlace,
): Promise<{ readonly number: number; readonly fault: string } | undefined> {
  let number = 0;
  for await (const lines of linesOf(piecesOf(place))) {
    for (const line of lines) {
      number += 1;
      try {
        parseEventLine(line);
      } catch (error) {
        return { number, fault: messageOf(error) };
      }
    }
  }
  return undefined;
}

/** Parses the lines as they are asked for. @param before the position of the event before them */
async function* eventsOf(place: ChunkPlace, before: bigint): AsyncGenerator<readonly RecordedBytes[]> {
  const { path, chunk } = place;
  const { events: count, firstPosition, lastPosition } = chunk;
  let events: RecordedBytes[] = [];
  let [number, position] = [0, before];
  for await (const lines of linesOf(piecesOf(place))) {
    for (const line of lines) {
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

/** The lines of a text, piece by piece. */
async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<readonly Buffer[]> {
  let begun: Buffer[] = []; // the pieces of a line whose end is not there yet
  for await (const piece of pieces) {
    const lines: Buffer[] = [];
    let at = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, at)) {
      const line = piece.subarray(at, end);
      lines.push(begun.length === 0 ? line : Buffer.concat([...begun, line]));
      begun = [];
      at = end + 1;
    }
    if (at < piece.length) begun.push(piece.subarray(at));
    yield lines;
  }
  if (begun.length > 0) yield [Buffer.concat(begun)];
}
