import { RevisionConflictError, StreamDeletedError } from '../port/event-store.errors.js';
import type {
  EventFilter,
  EventStore,
  ReadAllOptions,
  RecordedEvent,
  StreamAppend,
  SubscribeOptions,
  SubscriptionBatch,
} from '../port/event-store.js';
import { PrefixedEvent } from './prefixed-event.js';
import { translated } from './translated.js';

/**
 * The streams of an event store whose names start with the prefix, under their names without it. Other streams are
 * invisible. Positions and the head are those of the whole store.
 */
export function prefixedEventStore(store: EventStore, prefix: string): EventStore {
  const inside = (append: StreamAppend): StreamAppend => ({
    ...append,
    stream: prefix + append.stream,
    ...(append.provided && { provided: { ...append.provided, stream: prefix + append.provided.stream } }),
  });
  const outside = (event: RecordedEvent): RecordedEvent | undefined =>
    event.stream.startsWith(prefix) ? new PrefixedEvent(event, event.stream.slice(prefix.length)) : undefined;
  const outsideBatch = (batch: SubscriptionBatch): SubscriptionBatch => ({
    events: batch.events.flatMap((event) => outside(event) ?? []),
    position: batch.position,
    caughtUp: batch.caughtUp,
  });
  const failure = (error: unknown) => withoutPrefix(error, prefix);
  const failing = <R>(answer: Promise<R>): Promise<R> =>
    answer.catch((error: unknown) => Promise.reject(failure(error)));
  return {
    checksOtherStreams: store.checksOtherStreams,
    readsFromAnyPosition: store.readsFromAnyPosition,
    get connectionCount() {
      return store.connectionCount;
    },
    get localHead() {
      return store.localHead;
    },
    append: (stream, ...rest) => failing(store.append(prefix + stream, ...rest)),
    appendInOrder: (appends, options) => failing(store.appendInOrder(appends.map(inside), options)),
    readStream: (stream, options) =>
      translated(store.readStream(prefix + stream, options), { translate: outside, failure }),
    readAll: (options = {}) =>
      translated(store.readAll(insideRead(options, prefix)), { translate: outside, failure, limit: options.limit }),
    subscribeToAll: (options = {}) =>
      translated(store.subscribeToAll(insideSubscription(options, prefix)), { translate: outsideBatch, failure }),
    head: () => store.head(),
    health: () => store.health(),
    close: () => store.close(),
  };
}

/** A filter by types includes events of other streams, which do not count towards the limit: it is applied afterwards. */
function insideRead({ limit, ...options }: ReadAllOptions, prefix: string): ReadAllOptions {
  const filter = insideFilter(options.filter, prefix);
  return { ...options, filter, ...('streamPrefixes' in filter && limit !== undefined && { limit }) };
}

function insideSubscription(options: SubscribeOptions, prefix: string): SubscribeOptions {
  return { ...options, filter: insideFilter(options.filter, prefix) };
}

function insideFilter(filter: EventFilter | undefined, prefix: string): EventFilter {
  if (filter === undefined) return { streamPrefixes: [prefix] };
  if ('typePrefixes' in filter) return filter;
  return { streamPrefixes: filter.streamPrefixes.map((each) => prefix + each) };
}

/** Removes the prefix from the stream's name in an error. */
function withoutPrefix(error: unknown, prefix: string): unknown {
  if (error instanceof RevisionConflictError) {
    return new RevisionConflictError(error.stream.slice(prefix.length), error.expected, error.actual);
  }
  return error instanceof StreamDeletedError ? new StreamDeletedError(error.stream.slice(prefix.length)) : error;
}
