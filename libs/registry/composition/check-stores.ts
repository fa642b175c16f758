import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logMismatch } from '#libs/engine/consumer/log-match.js';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { type Generations, generationsRecord, inGeneration } from '#libs/engine/documents/port/generations.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import { EVENT_STORE_FOLDER, openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { checkLog } from '#libs/engine/event-store/embedded/verify-log.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { prefixedEventStore } from '#libs/engine/event-store/prefixed/prefixed-event-store.js';
import type { TellProgress } from '#libs/engine/operations/operation.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { features } from '#libs/registry/features.js';
import { identityWithin } from './open-event-store.js';
import { EMBEDDED_READ_MODEL_FOLDER } from './open-stores.js';

/** The content of the embedded stores in a folder. */
export interface StoreContents {
  /** The identity of the event log. */
  readonly identity: string;
  readonly events: number;
  readonly streams: number;
  /** The position of the newest event. */
  readonly position: string;
  /** The number of documents of each usable projection; undefined: the folder has no documents. */
  readonly documents?: Readonly<Record<string, number>>;
}

/** The stores in a folder are damaged or inconsistent. The message says how. */
export class StoreCheckError extends Error {
  override readonly name = 'StoreCheckError';
}

/** The files that LMDB creates when it opens a store, even read-only. */
const LOCK_FILES = [join(EMBEDDED_READ_MODEL_FOLDER, 'lock.mdb')];

/**
 * Reads every event and every document of the stores in a folder that no process uses, and checks that each event is
 * at its revision of its stream, and that the documents were made from these events. Does not change the folder.
 *
 * @param streamPrefix of the installation to which the documents belong
 * @throws LogCheckError, StoreCheckError they are damaged or inconsistent
 * @throws EventStoreUnavailableError, ReadModelUnavailableError they cannot be opened
 */
export async function checkStores(folder: string, streamPrefix: string, tell: TellProgress): Promise<StoreContents> {
  const eventStore = await openEmbeddedEventStore({ path: folder, readOnly: true });
  try {
    const { events, streams, position } = await checkLog(join(folder, EVENT_STORE_FOLDER), (read) =>
      tell(`${number(read)} events checked`),
    );
    const { identity } = eventStore.log;
    const seen = streamPrefix === '' ? eventStore : prefixedEventStore(eventStore, streamPrefix);
    const documents = await checkDocuments(folder, seen, identityWithin(identity, streamPrefix), tell);
    return { identity, events, streams, position: `${position}`, ...(documents && { documents }) };
  } finally {
    await eventStore.close();
    for (const file of LOCK_FILES) rmSync(join(folder, file), { force: true });
  }
}

async function checkDocuments(
  folder: string,
  eventStore: EventStore,
  identity: string | undefined,
  tell: TellProgress,
): Promise<Readonly<Record<string, number>> | undefined> {
  const path = join(folder, EMBEDDED_READ_MODEL_FOLDER);
  if (!existsSync(path)) return undefined;
  const readModel = openEmbeddedReadModel(path, { readOnly: true });
  try {
    const counts: Record<string, number> = {};
    for (const projection of features.projections) {
      tell(`${projection.name}: checking the documents`);
      const count = await checkProjection(projection, readModel, eventStore, identity);
      if (count !== undefined) counts[projection.name] = count;
    }
    return counts;
  } finally {
    await readModel.close();
  }
}

/** The number of usable documents; undefined: there are none, or they belong to another log and will be rebuilt. */
async function checkProjection(
  { name, collection }: Projection,
  readModel: ReadModel,
  eventStore: EventStore,
  identity: string | undefined,
): Promise<number | undefined> {
  const serving = (await readModel.record<Generations>(generationsRecord(collection)))?.value.serving;
  if (serving === undefined || serving.log !== identity) return undefined;
  const served = inGeneration(collection, serving.number);
  const [checkpoint, lastEvent] = [await readModel.checkpoint(served), await readModel.lastEvent(served)];
  const why = await logMismatch(eventStore, { streamPrefixes: features.codec.streams.prefixes, checkpoint, lastEvent });
  if (why !== undefined) throw new StoreCheckError(`the documents of ${name} do not come from these events: ${why}`);
  let count = 0;
  for await (const { document } of readModel.scan(served)) if (document !== undefined) count += 1;
  return count;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
