import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { jsonEventWriter } from '../port/event-bytes.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import {
  type AppendResult,
  BEFORE_FIRST_POSITION,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamAppend,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../port/event-store.js';
import { EmbeddedLog } from './log.js';
import { readOnlyText } from './log-errors.js';
import type { OpenOptions } from './open-log.js';
import { readPages } from './read-pages.js';
import type { StoredEvent } from './stored-event.js';
import { subscribe } from './subscription.js';
import { wantedBy } from './wanted-events.js';

/** The event store's folder in the data folder. */
export const EVENT_STORE_FOLDER = 'events';

/** The event store's file in versions before the first release. */
const UNRELEASED_FILE = 'events.mdb';

/** With less free space, health reports that the disk is nearly full. */
const LOW_DISK_BYTES = 64 * 1_048_576;

/** The event-store port over the embedded log: JSON in, parsed JSON out. */
export class EmbeddedEventStore implements EventStore {
  readonly connectionCount = 1;

  readonly checksOtherStreams = true;

  readonly readsFromAnyPosition = true;

  /** @param log the served log; {@link close} closes it */
  constructor(readonly log: EmbeddedLog) {}

  get localHead(): bigint | undefined {
    return this.log.closed ? undefined : this.log.head;
  }

  async append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<AppendResult> {
    return this.log.append(stream, jsonEventWriter()(events), expected);
  }

  async appendInOrder(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    const toBytes = jsonEventWriter();
    return this.log.appendInOrder(
      appends.map(({ stream, events, expected, provided }) => ({
        stream,
        events: toBytes(events),
        expected,
        provided,
      })),
    );
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    const { direction = 'forwards', from = first(direction), limit = Number.POSITIVE_INFINITY } = options;
    return readPages({
      direction,
      from,
      limit,
      page: (start, maxEvents) => this.log.readStreamPage(stream, { direction, from: start, maxEvents }),
      place: (event) => event.revision,
    });
  }

  /** Events that are appended during the read are not included. */
  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    const { direction = 'forwards', from = first(direction), limit = Number.POSITIVE_INFINITY, filter } = options;
    let end: bigint | undefined;
    return readPages({
      direction,
      from,
      limit,
      page: async (start, maxEvents) => {
        end ??= this.log.head;
        const page = await this.log.readAllPage({ direction, from: start, maxEvents });
        const last = page.at(-1);
        return last !== undefined && last.position > end ? upTo(page, end) : page;
      },
      place: (event) => event.position,
      ...(filter && { wanted: wantedBy(filter) }),
    });
  }

  subscribeToAll(options: SubscribeOptions = {}): AsyncIterable<SubscriptionBatch> {
    return subscribe(this.log, options);
  }

  async head(): Promise<bigint> {
    return this.log.head;
  }

  async health(): Promise<StoreHealth> {
    if (this.log.closed) return { readable: false, writable: false, detail: 'the event store is closed' };
    const { location, writeFailure, faults } = this.log;
    const readFailure = faults[0] ?? (await this.#readFailure());
    if (readFailure !== undefined) return { readable: false, writable: false, detail: readFailure };
    if (location.readOnly) return { readable: true, writable: false, detail: readOnlyText(location) };
    if (writeFailure !== undefined) return { readable: true, writable: false, detail: writeFailure.message };
    const detail = await lowDisk(dirname(location.folder));
    return { readable: true, writable: true, ...(detail !== undefined && { detail }) };
  }

  close(): Promise<void> {
    return this.log.close();
  }

  async #readFailure(): Promise<string | undefined> {
    try {
      await this.log.readAllPage({ direction: 'backwards', from: MAX_INT64, maxEvents: 1 });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}

/**
 * Opens the event store in a data folder; creates it unless the folder is read-only.
 *
 * @param folder see runtime/data-folder.ts: the folder is locked, and known to be writable or not
 * @throws EventStoreUnavailableError it cannot be opened: the message says why and what to do
 */
export async function openEmbeddedEventStore(
  folder: { readonly path: string; readonly readOnly: boolean },
  options: OpenOptions = {},
): Promise<EmbeddedEventStore> {
  if (existsSync(join(folder.path, UNRELEASED_FILE))) {
    throw new EventStoreUnavailableError(
      `${join(folder.path, UNRELEASED_FILE)} is the event store of a version before the first release, which this one does not read: move it away, or choose another APPLEDGER_DATA_DIR`,
    );
  }
  const location = { folder: join(folder.path, EVENT_STORE_FOLDER), readOnly: folder.readOnly };
  return new EmbeddedEventStore(await EmbeddedLog.open(location, options));
}

function first(direction: 'forwards' | 'backwards'): bigint {
  return direction === 'forwards' ? BEFORE_FIRST_POSITION + 1n : MAX_INT64;
}

function upTo(page: readonly StoredEvent[], end: bigint): readonly StoredEvent[] {
  return page.filter(({ position }) => position <= end);
}

async function lowDisk(folder: string): Promise<string | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free >= LOW_DISK_BYTES) return undefined;
    return `the disk of ${folder} has ${Math.floor(free / 1_048_576)} MiB left: free some before writing fails`;
  } catch {
    return undefined; // The file system does not report it; a failed write will.
  }
}
