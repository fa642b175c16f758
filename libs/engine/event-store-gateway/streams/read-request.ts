import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type EventMatcher, eventMatcher } from '../filters/event-matcher.js';
import type { ExpressionWorker } from '../filters/expression-worker.js';
import { invalidArgument } from '../grpc-errors.js';
import type { UuidFormat } from '../recorded-event.js';

/** A place in $all. Commit and prepare are the same in this store, except in some checkpoints (see checkpoints.ts). */
export interface WirePosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** What a filtered read or subscription wants of $all. */
export interface ReadFilter {
  readonly matcher: EventMatcher;
  /** Events looked at in one go, in a subscription. */
  readonly window: number;
  /** Events looked at between two checkpoints of a subscription: the window times the client's multiplier. */
  readonly checkpointInterval: number;
}

/** What to read from where. */
export type ReadSource =
  | { readonly kind: 'stream'; readonly stream: string; readonly from: 'start' | 'end' | bigint }
  | { readonly kind: 'all'; readonly from: 'start' | 'end' | WirePosition; readonly filter: ReadFilter | undefined };

/** A ReadReq, checked. */
export interface ReadRequest {
  readonly source: ReadSource;
  readonly direction: 'forwards' | 'backwards';
  /** At most so many events, or all there are and all to come. */
  readonly limit: number | 'subscription';
  readonly resolveLinks: boolean;
  readonly uuids: UuidFormat;
}

/** The window when the client asks for none, as in EventStoreDB. */
const DEFAULT_WINDOW = 32;

type Options = InstanceType<typeof streams.ReadReq.Options>;

/**
 * @param worker where a filter's expression is matched if it is expensive
 * @throws GatewayError the request, or its filter, cannot be served
 */
export function readRequestOf(message: InstanceType<typeof streams.ReadReq>, worker: ExpressionWorker): ReadRequest {
  const options = message.getOptions();
  if (options === undefined) throw invalidArgument('the options are missing');
  const direction = options.getReadDirection() === 0 ? 'forwards' : 'backwards';
  const limit = options.hasSubscription() ? 'subscription' : Number(options.getCount());
  if (limit === 'subscription' && direction === 'backwards') throw invalidArgument('a subscription reads forwards');
  return {
    source: sourceOf(options, worker),
    direction,
    limit,
    resolveLinks: options.getResolveLinks(),
    uuids: options.getUuidOption()?.hasStructured() ? 'structured' : 'string',
  };
}

function sourceOf(options: Options, worker: ExpressionWorker): ReadSource {
  const stream = options.getStream();
  if (stream !== undefined) {
    const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
    const from = stream.hasStart() ? 'start' : stream.hasEnd() ? 'end' : BigInt(stream.getRevision());
    return { kind: 'stream', stream: name, from };
  }
  const all = options.getAll();
  if (all === undefined) throw invalidArgument('neither a stream nor $all is asked for');
  const position = all.getPosition();
  const from = all.hasEnd() ? 'end' : position === undefined ? 'start' : positionOf(position);
  return { kind: 'all', from, filter: filterOf(options, worker) };
}

function positionOf(position: InstanceType<typeof streams.ReadReq.Options.Position>): WirePosition {
  return { commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) };
}

function filterOf(options: Options, worker: ExpressionWorker): ReadFilter | undefined {
  const filter = options.getFilter();
  if (filter === undefined) return undefined;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  if (expression === undefined) throw invalidArgument('the filter names neither streams nor event types');
  const multiplier = filter.getCheckpointintervalmultiplier();
  if (multiplier < 1) throw invalidArgument('the checkpoint interval multiplier must be 1 or more');
  const window = Math.max(1, filter.getMax() || DEFAULT_WINDOW);
  const of = byStream === undefined ? 'type' : 'stream';
  const matcher = eventMatcher({ of, prefixes: expression.getPrefixList(), regex: expression.getRegex() }, worker);
  return { matcher, window, checkpointInterval: window * multiplier };
}
