import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ArchiveError } from '#libs/engine/event-archive/archive.errors.js';
import {
  type ArchiveManifest,
  MANIFEST_FILE,
  PARTIAL_MANIFEST_FILE,
  readManifest,
} from '#libs/engine/event-archive/archive-manifest.js';
import { archivedEvents } from '#libs/engine/event-archive/archive-reader.js';
import { EmbeddedTarget } from '#libs/engine/event-archive/embedded-target.js';
import { EventStoreTarget } from '#libs/engine/event-archive/event-store-target.js';
import { type Imported, importArchive } from '#libs/engine/event-archive/import-archive.js';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import type { TellProgress } from '#libs/engine/operations/operation.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { assertRestored, openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import { features } from '#libs/registry/features.js';
import { rateOf } from '../rate-of.js';
import { UsageError } from '../usage-error.js';
import { ownStreams } from './stream-names.js';

/** The folder in the data folder in which an embedded log is made; no server reads it. */
const PARTIAL = 'import.partial';

/** What is imported. */
export interface ImportRequest {
  /** The folder of the archive. */
  readonly from: string;
  /** EventStoreDB may hold streams of others. */
  readonly shared: boolean;
}

/** The result of an import. */
export interface ImportResult extends Imported {
  readonly manifest: ArchiveManifest;
  /** The store, as text. */
  readonly target: string;
}

/**
 * Writes the events of an archive into the configured event store, which is empty or holds the first ones of them.
 *
 * @throws UsageError the archive or the options do not suit the store
 * @throws ArchiveError the archive is damaged, or the store has other events
 * @throws DataFolderError a server uses the data folder
 */
export async function importEvents(
  configuration: Configuration,
  { from, shared }: ImportRequest,
  tell: TellProgress,
): Promise<ImportResult> {
  const folder = resolve(from);
  const manifest = await manifestOf(folder);
  const { eventStoreUrl, streamPrefix } = configuration;
  const prefix = manifest.streams === 'own' ? streamPrefix : '';
  const archive = underPrefix(archivedEvents(folder, manifest), prefix);
  const progress = rateOf('imported', tell);
  const rate = (events: number) => progress(events, events / manifest.events);
  if (eventStoreUrl !== undefined) {
    if (shared && manifest.streams === 'all') {
      throw new UsageError(`--shared takes an export of Appledger's streams only: export without --all`);
    }
    return { manifest, ...(await intoEventStoreDb(eventStoreUrl, { archive, configuration, shared, rate })) };
  }
  if (shared) throw new UsageError('--shared is for an EventStoreDB: set APPLEDGER_EVENTSTORE_URL');
  return { manifest, ...(await intoDataFolder(configuration.dataDir, archive, rate)) };
}

async function manifestOf(folder: string): Promise<ArchiveManifest> {
  if (!existsSync(join(folder, MANIFEST_FILE)) && existsSync(join(folder, PARTIAL_MANIFEST_FILE))) {
    throw new ArchiveError(
      `${folder} holds an export that was interrupted: start the same export again to complete it`,
    );
  }
  const manifest = await readManifest(folder);
  if (manifest.from === undefined) return manifest;
  throw new UsageError(
    `${folder} holds the events from position ${manifest.from} on only: import an export that was made without --from`,
  );
}

type Archive = AsyncIterable<readonly RecordedBytes[]>;

async function* underPrefix(archive: Archive, prefix: string): Archive {
  for await (const events of archive) {
    yield prefix === '' ? events : events.map((event) => ({ ...event, stream: prefix + event.stream }));
  }
}

async function intoDataFolder(
  dataDir: string,
  archive: Archive,
  rate: (events: number) => void,
): Promise<Omit<ImportResult, 'manifest'>> {
  const folder = openDataFolder(dataDir);
  try {
    assertRestored(folder);
    if (folder.readOnly) throw new ArchiveError(`${folder.path} cannot be written: give this user the right to`);
    const target = new EmbeddedTarget(join(folder.path, EVENT_STORE_FOLDER), join(folder.path, PARTIAL));
    try {
      const imported = await importArchive(archive, target, rate);
      await target.finish();
      rmSync(join(folder.path, PARTIAL), { recursive: true, force: true });
      return { ...imported, target: folder.path };
    } finally {
      await target.close();
    }
  } finally {
    folder.close();
  }
}

interface Import {
  readonly archive: Archive;
  readonly configuration: Configuration;
  readonly shared: boolean;
  readonly rate: (events: number) => void;
}

async function intoEventStoreDb(
  url: string,
  { archive, configuration: { logLevel, streamPrefix }, shared, rate }: Import,
): Promise<Omit<ImportResult, 'manifest'>> {
  // Loading a driver takes a large part of a start: a driver that is not used is not loaded.
  const { openEventStoreDb } = await import('#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js');
  const store = await openEventStoreDb(url, await createLogger(logLevel));
  const nameOf = ownStreams(streamPrefix);
  const ours = {
    prefixes: features.codec.streams.prefixes.map((kind) => streamPrefix + kind),
    has: (stream: string) => nameOf(stream) !== undefined,
  };
  try {
    const target = new EventStoreTarget('EventStoreDB', store, shared ? ours : undefined);
    return { ...(await importArchive(archive, target, rate)), target: 'EventStoreDB' };
  } finally {
    await store.close();
  }
}
