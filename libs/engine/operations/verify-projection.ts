import { isDeepStrictEqual } from 'node:util';
import {
  type Collection,
  NOTHING_PROJECTED,
  type ReadModel,
  type Scanned,
  type Versioned,
} from '#libs/engine/documents/port/read-model.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { writesAfter } from '#libs/engine/projector/fold.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { progressLine } from '#libs/engine/projector/rebuild-progress.js';
import { readSkips } from '#libs/engine/projector/skips.js';
import type { TellProgress } from './operation.js';

/** The time between two progress lines. */
const TELL_EVERY_MS = 2_000;

/** Large enough that the fixed costs of a batch do not matter. */
const BATCH_EVENTS = 2_000;

/** A document that differs from what its events produce. */
export interface Difference {
  readonly id: string;
  readonly what: 'is missing' | 'has no event that it comes from' | 'is not what its events say';
}

/** The result of a verification. */
export interface Verification {
  /** The number of compared documents. */
  readonly documents: number;
  readonly differences: readonly Difference[];
}

/** The stores that a verification reads, and a read model for the documents that it builds. */
export interface VerifyParts {
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
  readonly readModel: ReadModel;
  /** An empty read model, which is deleted afterwards. */
  readonly scratch: ReadModel;
}

/**
 * Projects the events again and compares the result with the documents, up to the current checkpoint. Documents that
 * change meanwhile are not compared.
 *
 * @param served the collection that answers queries
 * @throws UnprojectableEventError, EventStoreUnavailableError, ReadModelUnavailableError
 */
export async function verifyProjection(
  projection: Projection,
  served: Collection<object>,
  parts: VerifyParts,
  tell: TellProgress,
): Promise<Verification> {
  const until = await parts.readModel.checkpoint(served);
  await foldAgain(projection, until, parts, tell);
  const differences: Difference[] = [];
  let documents = 0;
  let toldAt = performance.now();
  for await (const { expected, actual } of sideBySide(
    parts.scratch.scan(projection.collection),
    parts.readModel.scan(served),
  )) {
    documents += 1;
    const difference = differenceOf(expected, actual, until);
    if (difference !== undefined && !(await hasMovedOn(parts.readModel, served, difference.id, until))) {
      differences.push(difference);
    }
    if (performance.now() - toldAt < TELL_EVERY_MS) continue;
    toldAt = performance.now();
    tell(`${documents.toLocaleString('en-US')} documents compared`);
  }
  return { documents, differences };
}

/** Builds the documents in the scratch read model, from the first event to the position. */
async function foldAgain(
  projection: Projection,
  until: bigint,
  { eventStore, codec, scratch }: VerifyParts,
  tell: TellProgress,
): Promise<void> {
  const { collection, streamPrefixes } = projection;
  const skips = await readSkips(eventStore, codec, projection.name);
  const startedAt = performance.now();
  let toldAt = startedAt;
  let events = 0;
  let after = NOTHING_PROJECTED;
  const batches = eventStore.subscribeToAll({ filter: { streamPrefixes }, maxBatch: BATCH_EVENTS });
  for await (const batch of batches) {
    const wanted = batch.events.filter(({ position }) => position <= until);
    const writes = await writesAfter(projection, codec, wanted, skips, (ids) => scratch.getMany(collection, ids));
    await scratch.apply({ collection, writes, after, checkpoint: batch.position });
    after = batch.position;
    events += wanted.length;
    if (batch.caughtUp || batch.position >= until) return;
    if (performance.now() - toldAt < TELL_EVERY_MS) continue;
    toldAt = performance.now();
    const way = { from: NOTHING_PROJECTED, to: until, now: batch.position, events };
    tell(progressLine({ ...way, elapsedMs: toldAt - startedAt }));
  }
}

type Pair =
  | { readonly expected: Scanned<object>; readonly actual?: Scanned<object> }
  | { readonly expected?: undefined; readonly actual: Scanned<object> };

/** Merges two scans, which both ascend by id, and pairs the documents with the same id. */
async function* sideBySide(
  expected: AsyncIterable<Scanned<object>>,
  actual: AsyncIterable<Scanned<object>>,
): AsyncGenerator<Pair> {
  const [left, right] = [expected[Symbol.asyncIterator](), actual[Symbol.asyncIterator]()];
  let [one, other] = [await left.next(), await right.next()];
  while (one.done !== true || other.done !== true) {
    const order = one.done === true ? 1 : other.done === true ? -1 : compareIds(one.value.id, other.value.id);
    if (order <= 0 && one.done !== true) {
      yield { expected: one.value, ...(order === 0 && { actual: other.value }) };
    } else if (other.done !== true) {
      yield { actual: other.value };
    }
    if (order <= 0) one = await left.next();
    if (order >= 0) other = await right.next();
  }
}

function compareIds(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Compares a document. A document with events after the position cannot be compared. */
function differenceOf(
  expected: Scanned<object> | undefined,
  actual: Scanned<object> | undefined,
  until: bigint,
): Difference | undefined {
  if (actual !== undefined && actual.position > until) return undefined;
  if (actual === undefined) return { id: expected?.id ?? '', what: 'is missing' };
  if (expected === undefined) return { id: actual.id, what: 'has no event that it comes from' };
  const alike = isDeepStrictEqual(plain(expected), plain(actual));
  return alike ? undefined : { id: actual.id, what: 'is not what its events say' };
}

/** The form that both stores return: without undefined values. */
function plain({ position, document }: Versioned<object>) {
  return { position, document: document && JSON.parse(JSON.stringify(document)) };
}

async function hasMovedOn(
  readModel: ReadModel,
  served: Collection<object>,
  id: string,
  until: bigint,
): Promise<boolean> {
  const now = (await readModel.getMany(served, [id])).get(id);
  return now !== undefined && now.position > until;
}
