import type { Operation } from './recorded-operations.js';

interface ModelEvent {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly json: boolean;
  readonly data: unknown;
}

type Write = Extract<Operation, { expected: unknown }>;
type Read = Extract<Operation, { op: 'read' }>;

/** The highest revision as a JavaScript number: the revision of a tombstone, and the `$tb` of a soft-deleted stream. */
const LAST_REVISION = Number(2n ** 63n - 1n);

/** The numbers of expected revisions, and of a missing stream, in the error of a delete. */
const VERSIONS = { no_stream: -1, any: -2, stream_exists: -4 } as const;

/**
 * A model of streams in memory, with EventStoreDB's rules for repeated appends, deletes, tombstones and metadata. Its
 * answers have the form of those in recorded-operations.ts.
 */
export class StreamsModel {
  readonly #log: ModelEvent[] = [];
  readonly #tombstoned = new Set<string>();

  answer(operation: Operation): unknown {
    switch (operation.op) {
      case 'read':
        return this.#read(operation);
      case 'all': {
        const { prefix, direction, resolve } = operation;
        const own = this.#log.filter(({ stream }) => stream.startsWith(prefix) || stream.startsWith(`$$${prefix}`));
        const events = (direction === 'forwards' ? own : own.toReversed()).map((event) => this.#shown(event, resolve));
        return { events };
      }
      case 'getMeta':
        throw new Error('metadata is read as the stream that it is');
      default:
        return this.#write(operation);
    }
  }

  #write(operation: Write): unknown {
    const stream = operation.op === 'setMeta' ? `$$${operation.stream}` : operation.stream;
    const batch = batchOf(operation);
    const ids = batch.map(({ id }) => id);
    const outcome = this.#check(operation, stream, ids);
    if (outcome === 'deleted') return { error: 'stream-deleted', streamName: stream };
    if (outcome === 'conflict') return this.#conflict(operation, stream);
    if (typeof outcome === 'number') return { success: true, next: outcome };
    return this.#written(operation, stream, batch);
  }

  /** Checks a write; a number is the revision that an earlier append of the same events has reached. */
  #check(operation: Write, stream: string, ids: readonly string[]): 'deleted' | 'conflict' | 'new' | number {
    const { op, expected } = operation;
    const events = this.#events(stream);
    const last = events.length - 1;
    const described = describedBy(stream);
    if (this.#tombstoned.has(stream)) return 'deleted';
    if (described !== undefined && this.#tombstoned.has(described) && last < 0) return 'deleted';
    if (expected === 'stream_exists' && this.#isSoftDeleted(stream)) return 'deleted';
    const exists = last >= 0 || this.#events(`$$${stream}`).length > 0;
    if (!exists && (expected === 'stream_exists' || op === 'delete')) return 'conflict';
    if (expected === 'any' || expected === 'stream_exists') {
      const places = ids.map((id) => this.#log.find((event) => event.id === id));
      const known = places.filter((event) => event?.stream === stream);
      if (places[0]?.stream !== stream) return 'new';
      return known.length === ids.length ? (places.at(-1)?.revision ?? 0) : 'conflict';
    }
    const expectedLast = expected === 'no_stream' ? -1 : expected;
    if (expectedLast >= last) return expectedLast === last ? 'new' : 'conflict';
    const same = ids.map((id, index) => events[expectedLast + 1 + index]?.id === id);
    if (same.length > 0 && same.every(Boolean)) return expectedLast + ids.length;
    const comesAgain = expected === 'no_stream' && this.#isSoftDeleted(stream) && same[0] === false;
    return comesAgain ? 'new' : 'conflict';
  }

  #written(operation: Write, stream: string, batch: readonly Omit<ModelEvent, 'stream' | 'revision'>[]): unknown {
    if (operation.op === 'tombstone') {
      this.#log.push({ stream, revision: LAST_REVISION, id: '-', type: '$streamDeleted', json: false, data: 'hex:' });
      this.#tombstoned.add(stream);
      return { tombstoned: true };
    }
    if (operation.op === 'delete') {
      this.#put(`$$${stream}`, metadataEvent({ $tb: LAST_REVISION }));
      return { deleted: true };
    }
    const next = this.#events(stream).length;
    const described = describedBy(stream);
    const comesAgain = this.#isSoftDeleted(stream);
    const keepsHidden = described !== undefined && this.#isSoftDeleted(described);
    for (const event of batch) this.#put(stream, event);
    if (comesAgain) this.#revive(stream, next);
    if (keepsHidden) this.#revive(described, this.#events(described).length);
    return { success: true, next: Math.max(next + batch.length - 1, 0) };
  }

  #put(stream: string, event: Omit<ModelEvent, 'stream' | 'revision'>): void {
    this.#log.push({ ...event, stream, revision: this.#events(stream).length });
  }

  /**
   * Writes the metadata again with `$tb`, so that events below a revision stay hidden. Metadata that is not an object
   * stays unchanged.
   */
  #revive(stream: string, firstRevision: number): void {
    const metadata = this.#events(`$$${stream}`).at(-1)?.data;
    if (isObject(metadata)) this.#put(`$$${stream}`, metadataEvent({ ...metadata, $tb: firstRevision }));
  }

  #conflict(operation: Write, stream: string): unknown {
    const { op, expected } = operation;
    const last = this.#events(stream).length - 1;
    const error = { error: 'wrong-expected-version', streamName: stream };
    if (op === 'delete' || op === 'tombstone') {
      const expectedVersion = typeof expected === 'number' ? expected : VERSIONS[expected];
      return { ...error, expectedVersion, actualVersion: last };
    }
    return { ...error, expectedVersion: expected, actualVersion: last < 0 ? 'no_stream' : last };
  }

  #read({ stream, direction, from, max, resolve }: Read): unknown {
    const described = describedBy(stream);
    const gone = this.#tombstoned.has(stream) || (described !== undefined && this.#tombstoned.has(described));
    if (gone) return { events: [], error: 'stream-deleted', streamName: stream };
    const visible = this.#visible(stream);
    if (visible === undefined) return { events: [], error: 'stream-not-found', streamName: stream };
    const forwards = direction === 'forwards';
    const start = from === 'start' ? 0 : from === 'end' ? LAST_REVISION : from;
    const range = visible.filter(({ revision }) => (forwards ? revision >= start : revision <= start));
    const events = (forwards ? range : range.toReversed()).slice(0, max);
    return { events: events.map((event) => this.#shown(event, resolve)) };
  }

  /** The visible events of a stream; undefined if it does not exist. */
  #visible(stream: string): readonly ModelEvent[] | undefined {
    const events = this.#events(stream);
    if (events.length === 0 || this.#isSoftDeleted(stream)) return undefined;
    const { $maxCount = events.length, $tb = 0 } = this.#rules(stream);
    return events.filter(({ revision }) => revision >= $tb && revision >= events.length - $maxCount);
  }

  #isSoftDeleted(stream: string): boolean {
    return this.#rules(stream).$tb === LAST_REVISION;
  }

  #rules(stream: string): { readonly $maxCount?: number; readonly $tb?: number } {
    if (describedBy(stream) !== undefined) return { $maxCount: 1 };
    const metadata = this.#tombstoned.has(stream) ? undefined : this.#events(`$$${stream}`).at(-1)?.data;
    if (!isObject(metadata)) return {};
    return ['$maxCount', '$tb'].every((name) => Number.isInteger(metadata[name] ?? 0)) ? metadata : {};
  }

  #events(stream: string): readonly ModelEvent[] {
    return this.#log.filter((event) => event.stream === stream && event.revision !== LAST_REVISION);
  }

  #shown(event: ModelEvent, resolve: boolean): unknown {
    if (!resolve || event.type !== '$>') return { event };
    const [revision, stream = ''] = Buffer.from(`${event.data}`.slice('hex:'.length), 'hex').toString().split('@');
    const visible = this.#tombstoned.has(stream) ? undefined : this.#visible(stream);
    return { event: visible?.find((target) => target.revision === Number(revision)) ?? null, link: event };
  }
}

/** The events that an operation writes if it succeeds. */
function batchOf(operation: Write): readonly Omit<ModelEvent, 'stream' | 'revision'>[] {
  switch (operation.op) {
    case 'append': {
      const { ids, type, data } = operation;
      return ids.map((id, n) => ({ id, type, json: true, data: data === undefined ? { n } : data }));
    }
    case 'link': {
      const data = `hex:${Buffer.from(operation.to).toString('hex')}`;
      return [{ id: operation.id, type: '$>', json: false, data }];
    }
    case 'setMeta': {
      const { maxCount, truncateBefore, ...own } = operation.meta;
      return [
        metadataEvent({
          ...(maxCount !== undefined && { $maxCount: maxCount }),
          ...(truncateBefore !== undefined && { $tb: truncateBefore }),
          ...own,
        }),
      ];
    }
    default:
      return [metadataEvent({})];
  }
}

let madeUpIds = 0;

/** The id is generated by the client or the server, hence unique. */
function metadataEvent(data: unknown): Omit<ModelEvent, 'stream' | 'revision'> {
  return { id: `made up ${madeUpIds++}`, type: '$metadata', json: true, data };
}

function describedBy(stream: string): string | undefined {
  return stream.startsWith('$$') ? stream.slice(2) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> & { $maxCount?: number; $tb?: number } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
