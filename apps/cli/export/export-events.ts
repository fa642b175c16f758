import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ArchiveError } from '#libs/engine/event-archive/archive.errors.js';
import type { ArchiveManifest } from '#libs/engine/event-archive/archive-manifest.js';
import { MANIFEST_FILE, PARTIAL_MANIFEST_FILE } from '#libs/engine/event-archive/archive-manifest.js';
import { ArchiveWriter } from '#libs/engine/event-archive/archive-writer.js';
import type { Compression } from '#libs/engine/event-archive/compression.js';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { signedCheckpointIn } from '#libs/engine/ledger/tree/ledger-folder.js';
import type { TellProgress } from '#libs/engine/operations/operation.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { DATA_FOLDER_LOCK, openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { unfinishedFile } from '#libs/engine/runtime/replace-file.js';
import { assertEventStoreIn } from '../existing-event-store.js';
import { isWithin } from '../folders.js';
import { configuredLedgerFolder } from '../ledger/open-ledger-log.js';
import { rateOf } from '../rate-of.js';
import { UsageError } from '../usage-error.js';
import { type ExportSource, embeddedSource } from './export-source.js';
import { allStreams, ownStreams } from './stream-names.js';

/** What is exported, and to where. */
export interface ExportRequest {
  /** The folder of the archive. */
  readonly to: string;
  readonly compression: Compression;
  /** The streams of other programs too. */
  readonly all: boolean;
  /** The first and the last position; undefined: the whole log. */
  readonly firstPosition: bigint | undefined;
  readonly lastPosition: bigint | undefined;
}

/** The result of an export. */
export interface Exported {
  readonly folder: string;
  readonly manifest: ArchiveManifest;
  /** The number of events that an interrupted export had written. */
  readonly before: number;
  readonly leftOut: number;
}

/**
 * Writes the events of the configured event store into a folder, or continues an interrupted export.
 *
 * @throws UsageError the folder cannot be used, or there is no event store
 * @throws ArchiveError the folder holds another export, or cannot be written
 */
export async function exportEvents(
  configuration: Configuration,
  request: ExportRequest,
  tell: TellProgress,
): Promise<Exported> {
  const folder = resolve(request.to);
  assertUsable(folder, resolve(configuration.dataDir));
  const ledger = signedCheckpointIn(configuredLedgerFolder(configuration)); // before the log, which then has all of it
  const source = await openSource(configuration, request.all);
  try {
    const lock = openDataFolder(folder, 'the folder of the export');
    try {
      if (lock.readOnly) throw new ArchiveError(`${folder} cannot be written: give this user the right to`);
      const written = await writeArchive({ folder, source, ledgerCheckpoint: ledger?.note }, request, tell);
      rmSync(join(folder, DATA_FOLDER_LOCK));
      return { folder, ...written, leftOut: source.leftOut };
    } finally {
      lock.close();
    }
  } finally {
    await source.close();
  }
}

function assertUsable(folder: string, dataDir: string): void {
  if (isWithin(dataDir, folder)) throw new UsageError(`${folder} is in the data folder: name a folder outside of it`);
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`${folder} is a file: name a folder`);
  const names = readdirSync(folder);
  if (names.includes(MANIFEST_FILE)) {
    throw new UsageError(`${folder} holds a complete export already: name another folder`);
  }
  const ours = [PARTIAL_MANIFEST_FILE, unfinishedFile(PARTIAL_MANIFEST_FILE)];
  const isBegun = names.some((name) => ours.includes(name)) || names.every((name) => name === DATA_FOLDER_LOCK);
  if (!isBegun) throw new UsageError(`${folder} is there already and is not empty: name another folder`);
}

async function openSource(
  { dataDir, eventStoreUrl, logLevel, streamPrefix }: Configuration,
  all: boolean,
): Promise<ExportSource> {
  if (eventStoreUrl === undefined) {
    assertEventStoreIn(dataDir);
    return embeddedSource(dataDir, all ? allStreams(streamPrefix) : ownStreams(streamPrefix));
  }
  if (all) {
    throw new UsageError(
      '--all is for the embedded event store: the events of other programs in EventStoreDB are not written as they are there',
    );
  }
  // Loading a driver takes a large part of a start: a driver that is not used is not loaded.
  const { eventStoreDbSource } = await import('./eventstoredb-source.js');
  return eventStoreDbSource({ url: eventStoreUrl, prefix: streamPrefix }, ownStreams(''), await createLogger(logLevel));
}

interface Writing {
  readonly folder: string;
  readonly source: ExportSource;
  readonly ledgerCheckpoint: string | undefined;
}

async function writeArchive(
  { folder, source, ledgerCheckpoint }: Writing,
  { compression, all, firstPosition, lastPosition }: ExportRequest,
  tell: TellProgress,
): Promise<{ readonly manifest: ArchiveManifest; readonly before: number }> {
  const writer = await ArchiveWriter.open(folder, {
    program: productVersion(),
    choices: {
      streams: all ? 'all' : 'own',
      compression,
      ...(source.identity !== undefined && { log: source.identity }),
      ...(firstPosition !== undefined && { from: `${firstPosition}` }),
      ...(lastPosition !== undefined && { to: `${lastPosition}` }),
    },
  });
  const before = writer.events;
  const progress = rateOf('exported', tell);
  try {
    for await (const events of remaining(writer, source, firstPosition)) {
      const wanted = lastPosition === undefined ? events : events.filter(({ position }) => position <= lastPosition);
      await writer.write(wanted);
      progress(writer.events, source.fraction());
      if (wanted.length < events.length) break;
    }
    return { manifest: await writer.finish(ledgerCheckpoint), before };
  } catch (error) {
    await writer.abandon();
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new ArchiveError(
      `${folder} cannot be written (${messageOf(error)}): mend that, and start the same command again, which goes on after the ${writer.events.toLocaleString('en-US')} events`,
      { cause: error },
    );
  }
}

/** The events after those that an interrupted export has written, whose last one must be where it was. */
async function* remaining(
  writer: ArchiveWriter,
  source: ExportSource,
  firstPosition: bigint | undefined,
): AsyncGenerator<readonly RecordedBytes[]> {
  const { lastChunk } = writer;
  let expected = lastChunk?.lastId;
  const from = lastChunk === undefined ? (firstPosition ?? 0n) : BigInt(lastChunk.lastPosition);
  for await (const events of source.events(from)) {
    if (expected !== undefined && events[0]?.id !== expected) break;
    yield expected === undefined ? events : events.slice(1);
    expected = undefined;
  }
  if (expected === undefined) return;
  throw new ArchiveError(
    `the event store is no longer the one of which this export was begun: event ${expected} is not at position ${from}. Name another folder`,
  );
}
