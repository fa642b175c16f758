import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { READ_WITHOUT_WAITING } from '#libs/engine/runtime/read-flags.js';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { EventStoreUnavailableError } from '../../port/event-store.errors.js';
import type { Damage } from '../damage.js';
import { runRange } from '../index/run-format.js';
import { INDEX_FOLDER, type LogLocation } from '../log-location.js';
import { createSegment } from './create-segment.js';
import { firstPositionOf, Segment, segmentName } from './segment.js';
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.js';
import { Segments } from './segments.js';

const OWNER_ONLY = 0o700;

/** The identity of a log without a readable header. */
const NO_IDENTITY = '00000000-0000-0000-0000-000000000000';

/** The segments of a log, according to their headers. */
export interface FoundSegments {
  readonly segments: Segments;
  /** Damaged headers. The records after them can be read. */
  readonly damages: readonly Damage[];
}

/**
 * Finds the segments of a log. Creates the first one if there is none, unless the log is read-only.
 *
 * @param damaged `taken`: also opens a log without an intact header or without its first segment
 * @throws EventStoreUnavailableError there are none, or they are not of one log
 */
export async function findSegments(
  location: LogLocation,
  damaged: 'refused' | 'taken' = 'refused',
): Promise<FoundSegments> {
  const { folder, readOnly } = location;
  if (readOnly && !existsSync(folder)) throw noLog(folder);
  if (!readOnly && !existsSync(folder)) {
    mkdirSync(folder, { mode: OWNER_ONLY });
    await syncPath(dirname(folder));
  }
  const names = readdirSync(folder).filter((name) => firstPositionOf(name) !== undefined);
  const found = await Promise.all(names.sort().map((name) => readHeader(folder, name)));
  const headers = found.slice(0, found.findLastIndex(isBegun) + 1);
  if (headers.length === 0) {
    if (hasIndex(folder)) throw unusable(folder, 'its segments are gone, and its index says that there were some');
    if (readOnly) throw noLog(folder);
    const segment = await createSegment(folder, { identity: randomUUID(), firstPosition: 0 });
    return segmentsOf(folder, [await readHeader(folder, segment.name)], damaged);
  }
  if (!readOnly) for (const { name } of found.slice(headers.length)) rmSync(join(folder, name));
  return segmentsOf(folder, headers, damaged);
}

interface FoundHeader {
  readonly name: string;
  readonly firstPosition: number;
  readonly bytes: number;
  readonly identity: string | undefined;
  readonly fault: string | undefined;
  /** Whether the file has content: a crash during its creation can leave an empty one at the end of the log. */
  readonly begun: boolean;
}

async function readHeader(folder: string, name: string): Promise<FoundHeader> {
  const file = await open(join(folder, name), READ_WITHOUT_WAITING);
  try {
    const firstPosition = firstPositionOf(name) ?? 0;
    const head = Buffer.alloc(SEGMENT_HEADER_BYTES);
    const read = await file.read(head, 0, head.length, 0).catch((error: unknown) => messageOf(error));
    const stat = await file.stat();
    const unread = { name, firstPosition, begun: true, identity: undefined };
    if (!stat.isFile()) return { ...unread, bytes: 0, fault: 'it is not a file' };
    const { size } = stat;
    if (typeof read === 'string') return { ...unread, bytes: size, fault: `it cannot be read: ${read}` };
    const { bytesRead } = read;
    const begun = size > SEGMENT_HEADER_BYTES || (bytesRead === head.length && head.some((byte) => byte !== 0));
    const found = { name, firstPosition, bytes: size, begun };
    const header = decodeSegmentHeader(head.subarray(0, bytesRead));
    if ('fault' in header) return { ...found, identity: undefined, fault: header.fault };
    const fault = header.firstPosition === firstPosition ? undefined : `it was ${segmentName(header.firstPosition)}`;
    return { ...found, identity: header.identity, fault };
  } finally {
    await file.close();
  }
}

/** Whether a folder has a segment with content: a crash during its creation can leave an empty one. */
export function hasSegments(folder: string): boolean {
  if (!existsSync(folder)) return false;
  if (!statSync(folder).isDirectory()) return true; // Opening the log says what is wrong.
  return readdirSync(folder).some(
    (name) => firstPositionOf(name) !== undefined && statSync(join(folder, name)).size > 0,
  );
}

function hasIndex(folder: string): boolean {
  const index = join(folder, INDEX_FOLDER);
  return existsSync(index) && readdirSync(index).some((name) => runRange(name) !== undefined);
}

function isBegun({ begun }: FoundHeader): boolean {
  return begun;
}

function segmentsOf(folder: string, headers: readonly FoundHeader[], damaged: 'refused' | 'taken'): FoundSegments {
  const identities = new Set(headers.flatMap(({ identity }) => identity ?? []));
  const [identity = damaged === 'taken' ? NO_IDENTITY : undefined] = identities;
  const [first] = headers;
  if (identity === undefined) throw unusable(folder, `${first?.name}: ${first?.fault}`);
  if (identities.size > 1) throw unusable(folder, 'its segments are of different logs');
  const missing = first?.firstPosition ?? 0;
  if (missing > 0 && damaged === 'refused') throw unusable(folder, `${segmentName(0)} is missing`);
  const segments = headers.map(({ firstPosition, bytes }) => new Segment(folder, firstPosition, bytes));
  const damages = headers.flatMap(({ name, firstPosition, fault }): Damage[] => {
    if (fault === undefined) return [];
    return [{ segment: name, offset: 0, end: SEGMENT_HEADER_BYTES, position: firstPosition, events: 0, fault }];
  });
  if (missing > 0) {
    damages.unshift({
      segment: segmentName(0),
      offset: 0,
      end: 0,
      position: 0,
      events: missing,
      fault: 'it is missing',
    });
  }
  return { segments: new Segments(folder, identity, segments), damages };
}

function noLog(folder: string): EventStoreUnavailableError {
  return new EventStoreUnavailableError(
    `there is no event store at ${folder}, and the folder is read-only: make it writable or choose another`,
  );
}

function unusable(folder: string, reason: string): EventStoreUnavailableError {
  return new EventStoreUnavailableError(
    `the event store ${folder} cannot be opened (damaged: ${reason}): restore the data folder from a backup, or copy what is whole with "appledger log salvage"`,
  );
}
