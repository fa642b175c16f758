import { setTimeout as sleep } from 'node:timers/promises';
import {
  type EventStoreDBClient,
  type JSONEventType,
  jsonEvent,
  type PersistentSubscriptionToStreamSettings as Settings,
} from '@eventstore/db-client';
import type { Sequence } from './recordings.js';

/** The nack of an event. */
export type Refusal = 'park' | 'skip' | 'retry';

/** Appends events whose data is `{ n }`, counted from `from`. */
interface Append {
  readonly op: 'append';
  readonly from: number;
  readonly types: readonly string[];
}

/** Settings as in the recordings, where revisions are numbers. */
type RecordedSettings = Omit<Settings, 'startFrom'> & { readonly startFrom: 'start' | 'end' | number };

/** An operation on the one group of a stream. */
export type GroupOperation =
  | Append
  | { readonly op: 'wait'; readonly ms: number }
  | { readonly op: 'create' | 'update'; readonly settings: RecordedSettings }
  | { readonly op: 'delete' | 'list' }
  | { readonly op: 'replay'; readonly stopAt?: number }
  | { readonly op: 'info'; readonly what: 'settings' | 'figures' | 'parked' }
  | {
      readonly op: 'consume';
      /** The consumer leaves after this many milliseconds without a delivery. */
      readonly quiet: number;
      /** The nacks by event number; other events are acknowledged. */
      readonly answers: Readonly<Record<string, Refusal>>;
      /** Appended shortly after the consumer has subscribed. */
      readonly more?: Append;
    };

type Info = Awaited<ReturnType<EventStoreDBClient['getPersistentSubscriptionToStreamInfo']>>;
type NumberedEvent = JSONEventType<string, { readonly n: number }>;

const GROUP = 'g';
const POLL_MS = 50;
/** Maximum time to wait for the recorded deliveries: a loaded machine delays them beyond the quiet time. */
const MAX_WAIT_MS = 60_000;
const BEFORE_MORE_MS = 300;
const BUFFER_SIZE = 10;

/**
 * Runs the operations of a sequence on a stream of its own. Returns null where the recording holds null: for appends,
 * and for deliveries after an update, which differ between two runs on the same server.
 */
export async function answersToGroupOperations(
  client: EventStoreDBClient,
  { seed, steps }: Sequence<GroupOperation>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const [operation, recorded] of steps) {
    const answer = await answerTo(client, `group-${seed}`, operation, deliveriesIn(recorded));
    answers.push(recorded === null ? null : answer);
  }
  return answers;
}

/** Number of deliveries in the recorded answer of a consumer. */
function deliveriesIn(recorded: unknown): number {
  return Array.isArray(recorded) && Array.isArray(recorded[0]) ? recorded[0].length : 0;
}

async function answerTo(
  client: EventStoreDBClient,
  stream: string,
  operation: GroupOperation,
  deliveries: number,
): Promise<unknown> {
  try {
    return (await take(client, stream, operation, deliveries)) ?? 'ok';
  } catch (error) {
    return { error: (error as { readonly type?: string }).type ?? String(error) };
  }
}

async function take(
  client: EventStoreDBClient,
  stream: string,
  operation: GroupOperation,
  deliveries: number,
): Promise<unknown> {
  switch (operation.op) {
    case 'wait':
      return sleep(operation.ms);
    case 'append':
      return append(client, stream, operation);
    case 'create':
      return client.createPersistentSubscriptionToStream(stream, GROUP, settingsOf(operation.settings));
    case 'update':
      return client.updatePersistentSubscriptionToStream(stream, GROUP, settingsOf(operation.settings));
    case 'delete':
      return client.deletePersistentSubscriptionToStream(stream, GROUP);
    case 'list':
      return (await client.listPersistentSubscriptionsToStream(stream)).map(({ groupName }) => groupName);
    case 'replay':
      return client.replayParkedMessagesToStream(stream, GROUP, operation);
    case 'info':
      return infoAnswer(await client.getPersistentSubscriptionToStreamInfo(stream, GROUP), operation.what);
    case 'consume':
      return consume(client, stream, operation, deliveries);
  }
}

async function append(client: EventStoreDBClient, stream: string, { from, types }: Append): Promise<void> {
  const events = types.map((type, index) => jsonEvent({ type, data: { n: from + index } }));
  await client.appendToStream(stream, events);
}

function settingsOf({ startFrom, ...others }: RecordedSettings): Settings {
  return { ...others, startFrom: typeof startFrom === 'number' ? BigInt(startFrom) : startFrom };
}

function infoAnswer({ status, connections, stats, settings }: Info, what: 'settings' | 'figures' | 'parked'): unknown {
  const parked = Number(stats.parkedMessageCount);
  if (what === 'parked') return { parked };
  if (what === 'settings') {
    const { startFrom } = settings;
    return { ...settings, startFrom: typeof startFrom === 'bigint' ? Number(startFrom) : startFrom };
  }
  return {
    parked,
    inFlight: stats.totalInFlightMessages,
    outstanding: stats.outstandingMessagesCount,
    status,
    connections: connections.length,
    lastKnown: numberOf(stats.lastKnownEventRevision),
    lastCheckpointed: numberOf(stats.lastCheckpointedEventRevision),
  };
}

function numberOf(revision: bigint | undefined): number | undefined {
  return revision === undefined ? undefined : Number(revision);
}

/**
 * Returns each delivered event by number with its retry count, and the error that ended the subscription. The consumer
 * leaves when as many deliveries as recorded have arrived and none has for the quiet time.
 */
async function consume(
  client: EventStoreDBClient,
  stream: string,
  { quiet, answers, more }: Extract<GroupOperation, { op: 'consume' }>,
  deliveries: number,
): Promise<unknown> {
  const got: [number, number][] = [];
  const began = Date.now();
  let last = began;
  let failure: unknown = 'no error';
  const options = { bufferSize: BUFFER_SIZE };
  const subscription = client.subscribeToPersistentSubscriptionToStream<NumberedEvent>(stream, GROUP, options);
  subscription.on('error', (error) => {
    failure = { error: (error as { readonly type?: string }).type };
  });
  subscription.on('data', (resolved) => {
    const n = resolved.event?.data.n ?? Number.NaN;
    got.push([n, resolved.retryCount]);
    last = Date.now();
    const refusal = answers[n];
    void (refusal === undefined ? subscription.ack(resolved) : subscription.nack(refusal, 'because', resolved));
  });
  if (more !== undefined) {
    await sleep(BEFORE_MORE_MS);
    await append(client, stream, more);
  }
  const isOver = () =>
    failure !== 'no error' ||
    (Date.now() - last >= quiet && (got.length >= deliveries || Date.now() - began >= MAX_WAIT_MS));
  while (!isOver()) await sleep(POLL_MS);
  await subscription.unsubscribe().catch(() => {});
  return [got.toSorted(([a, first], [b, second]) => a - b || first - second), failure];
}
