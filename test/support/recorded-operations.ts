import {
  type AllStreamResolvedEvent,
  binaryEvent,
  type EventStoreDBClient,
  type ExpectedRevision,
  jsonEvent,
  type Position,
  type ResolvedEvent,
  type StreamMetadata,
} from '@eventstore/db-client';
import type { Sequence } from './recordings.js';

/** The expected revision of a stream. */
export type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

interface WriteTo {
  readonly stream: string;
  readonly expected: Expected;
}

/** An operation of a client on streams, as the recordings hold it. */
export type Operation =
  | (WriteTo & {
      readonly op: 'append';
      /** By Append instead of BatchAppend. */
      readonly unary: boolean;
      readonly ids: readonly string[];
      readonly type: string;
      /** The data of each event; default: its index. */
      readonly data?: unknown;
    })
  | (WriteTo & { readonly op: 'link'; readonly unary: boolean; readonly id: string; readonly to: string })
  | (WriteTo & { readonly op: 'delete' | 'tombstone' })
  | (WriteTo & { readonly op: 'setMeta'; readonly meta: StreamMetadata })
  | { readonly op: 'getMeta'; readonly stream: string }
  | {
      readonly op: 'read';
      readonly stream: string;
      readonly direction: 'forwards' | 'backwards';
      readonly from: 'start' | 'end' | number;
      readonly max: number;
      readonly resolve: boolean;
    }
  | {
      readonly op: 'all';
      /** Only events of streams whose names start with this prefix, and of their metadata streams, are returned. */
      readonly prefix: string;
      readonly direction: 'forwards' | 'backwards';
      readonly resolve: boolean;
    };

/** With credentials, EventStoreDB's Node client uses Append instead of BatchAppend. */
const CREDENTIALS = { username: 'admin', password: 'changeit' };

/** More events than a sequence writes, so that a read of $all need not go further back. */
const MAX_READ_EVENTS = 500;

/** Maximum number of hexadecimal digits of binary data in an answer. */
const MAX_SHOWN_DIGITS = 80;

/** Runs the operations of a sequence, one after another; nothing else may be written meanwhile. */
export async function answersToOperations(
  client: EventStoreDBClient,
  { seed, steps }: Sequence<Operation>,
): Promise<readonly unknown[]> {
  const start = await client.appendToStream(`start-${seed}`, jsonEvent({ type: 'start', data: {} }));
  const answers: unknown[] = [];
  for (const [operation] of steps) answers.push(await answerTo(client, operation, start.position));
  return answers;
}

/**
 * What a client sees of an operation, without positions, times and generated ids.
 *
 * @param start start of reads of $all
 */
export async function answerTo(
  client: EventStoreDBClient,
  operation: Operation,
  start: Position | undefined,
): Promise<unknown> {
  switch (operation.op) {
    case 'read':
      return answerToRead(client.readStream(operation.stream, readOptions(operation)));
    case 'all': {
      const { prefix, direction, resolve } = operation;
      const fromPosition = direction === 'backwards' ? 'end' : (start ?? 'start');
      const read = client.readAll({ direction, fromPosition, maxCount: MAX_READ_EVENTS, resolveLinkTos: resolve });
      return answerToRead(ownEvents(read, prefix));
    }
    default:
      return answerToCall(client, operation).catch(answerToFailure);
  }
}

function readOptions({ direction, from, max, resolve }: Extract<Operation, { op: 'read' }>) {
  return {
    direction,
    fromRevision: typeof from === 'number' ? BigInt(from) : from,
    maxCount: max,
    resolveLinkTos: resolve,
  };
}

async function answerToCall(
  client: EventStoreDBClient,
  operation: Exclude<Operation, { op: 'read' | 'all' }>,
): Promise<unknown> {
  const { stream } = operation;
  if (operation.op === 'getMeta') return { meta: (await client.getStreamMetadata(stream)).metadata ?? null };
  // The client's type for tombstones lacks the expectation `stream_exists`.
  const expectedRevision = revisionOf(operation.expected) as ExpectedRevision;
  switch (operation.op) {
    case 'append':
    case 'link': {
      const credentials = operation.unary ? { credentials: CREDENTIALS } : {};
      const result = await client.appendToStream(stream, eventsOf(operation), { expectedRevision, ...credentials });
      return { success: result.success, next: Number(result.nextExpectedRevision) };
    }
    case 'setMeta': {
      const result = await client.setStreamMetadata(stream, operation.meta, { expectedRevision });
      return { success: result.success, next: Number(result.nextExpectedRevision) };
    }
    case 'delete':
      return { deleted: (await client.deleteStream(stream, { expectedRevision })).position !== undefined };
    case 'tombstone':
      return { tombstoned: (await client.tombstoneStream(stream, { expectedRevision })).position !== undefined };
  }
}

function revisionOf(expected: Expected) {
  return typeof expected === 'number' ? BigInt(expected) : expected;
}

function eventsOf(operation: Extract<Operation, { op: 'append' | 'link' }>) {
  if (operation.op === 'link') return [binaryEvent({ id: operation.id, type: '$>', data: Buffer.from(operation.to) })];
  const { ids, type, data } = operation;
  // The client's type allows objects only; the protocol allows any JSON.
  return ids.map((id, n) => jsonEvent({ id, type, data: (data === undefined ? { n } : data) as { n: number } }));
}

/** The events of streams whose names start with the prefix, and of their metadata streams. */
async function* ownEvents(read: AsyncIterable<AllStreamResolvedEvent>, prefix: string) {
  for await (const resolved of read) {
    const { streamId = '' } = resolved.link ?? resolved.event ?? {};
    if (streamId.startsWith(prefix) || streamId.startsWith(`$$${prefix}`)) yield resolved;
  }
}

async function answerToRead(read: AsyncIterable<ResolvedEvent | AllStreamResolvedEvent>): Promise<unknown> {
  const events: unknown[] = [];
  try {
    for await (const { event, link } of read) {
      events.push({ event: recorded(event), ...(link !== undefined && { link: recorded(link) }) });
    }
    return { events };
  } catch (error) {
    return { events, ...answerToFailure(error) };
  }
}

function recorded(event: ResolvedEvent['event'] | AllStreamResolvedEvent['event']) {
  if (event === undefined) return null;
  const { streamId, revision, type, isJson, data } = event;
  const id = type === '$metadata' || type === '$streamDeleted' ? '-' : event.id;
  return { stream: streamId, revision: Number(revision), id, type, json: isJson, data: recordedData(data) };
}

function recordedData(data: unknown): unknown {
  if (data === undefined || data === null) return null;
  return data instanceof Uint8Array ? `hex:${Buffer.from(data).toString('hex').slice(0, MAX_SHOWN_DIGITS)}` : data;
}

function answerToFailure(error: unknown): object {
  const { type, name, expectedVersion, actualVersion, streamName } = error as Record<string, unknown>;
  return {
    error: type ?? name,
    ...(expectedVersion !== undefined && { expectedVersion: recordedVersion(expectedVersion) }),
    ...(actualVersion !== undefined && { actualVersion: recordedVersion(actualVersion) }),
    ...(streamName !== undefined && { streamName }),
  };
}

function recordedVersion(version: unknown): unknown {
  return typeof version === 'bigint' ? Number(version) : version;
}
