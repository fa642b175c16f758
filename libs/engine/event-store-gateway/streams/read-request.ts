import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type EventMatcher, eventMatcher } from '../filters/event-matcher.js';
import type { ExpressionWorker } from '../filters/expression-worker.js';
import { filterDefinitionOf } from '../filters/filter-request.js';
import { invalidArgument } from '../grpc-errors.js';
import type { UuidFormat } from '../resolved-event.js';
import { streamNameOf } from '../stream-identifier.js';

/**
 * A position in $all. Commit and prepare are equal in this store, except in some checkpoints (see
 * filter-checkpoints.ts).
 */
export interface WirePosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** The filter of a read or subscription on $all. */
export interface ReadFilter {
  readonly matcher: EventMatcher;
  /** Number of events that a subscription reads before it may send a checkpoint (`maxSearchWindow`). */
  readonly window: number;
  /** Number of events between two checkpoints: the window times the client's multiplier. */
  readonly checkpointInterval: number;
}

/** What to read, and from where. */
export type ReadSource =
  | { readonly kind: 'stream'; readonly stream: string; readonly from: 'start' | 'end' | bigint }
  | { readonly kind: 'all'; readonly from: 'start' | 'end' | WirePosition; readonly filter: ReadFilter | undefined };

/** A validated ReadReq. */
export interface ReadRequest {
  readonly source: ReadSource;
  readonly direction: 'forwards' | 'backwards';
  /** Maximum number of events; a subscription has none. */
  readonly limit: number | 'subscription';
  readonly resolveLinks: boolean;
  readonly uuids: UuidFormat;
}

/** EventStoreDB's default window. */
const DEFAULT_WINDOW = 32;

type Options = InstanceType<typeof streams.ReadReq.Options>;

/**
 * Validates a ReadReq.
 *
 * @param worker matches expensive regular expressions
 * @throws GatewayError the request or its filter is not valid
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
    const name = streamNameOf(stream.getStreamIdentifier());
    const from = stream.hasStart() ? 'start' : stream.hasEnd() ? 'end' : BigInt(stream.getRevision());
    return { kind: 'stream', stream: name, from };
  }
  const all = options.getAll();
  if (all === undefined) throw invalidArgument('the request names neither a stream nor $all');
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
  const definition = filterDefinitionOf(filter);
  const multiplier = filter.getCheckpointintervalmultiplier();
  if (multiplier < 1) throw invalidArgument('the checkpoint interval multiplier must be 1 or more');
  const window = Math.max(1, filter.getMax() || DEFAULT_WINDOW);
  return { matcher: eventMatcher(definition, worker), window, checkpointInterval: window * multiplier };
}
