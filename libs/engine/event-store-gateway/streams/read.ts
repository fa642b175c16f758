import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import type { VisibleStream } from '#libs/engine/event-store/embedded/stream-reads.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { assertReadable } from '../access.js';
import { parseFilterRequest } from '../filters/filter-request.js';
import type { GatewayContext } from '../gateway-context.js';
import { type CallHandler, onRequest } from '../grpc/call-handler.js';
import type { GrpcCall } from '../grpc/grpc-call.js';
import { resolveLink } from '../resolved-event.js';
import { type ReadRequest, type ReadSource, readRequestOf } from './read-request.js';
import { encodeEvent, encodeStreamNotFound } from './read-responses.js';
import { ResponseStream } from './response-stream.js';
import { streamNameBytes } from './stream-name-bytes.js';
import { subscribeToAll, subscribeToStream } from './subscriptions.js';

/** Events per read of the log: large enough to be cheap, small enough not to block other work for long. */
const PAGE_EVENTS = 500;

/** Handles Read: a read or a subscription, on a stream or on $all. */
export function readHandler(context: GatewayContext): CallHandler {
  const serve = async (call: GrpcCall, bytes: Buffer) => {
    try {
      assertReadable(context.access, call.headers);
      const message = parseFilterRequest(streams.ReadReq, bytes, streamNameBytes(bytes));
      const request = readRequestOf(message, context.expressions);
      const answers = new ResponseStream(call);
      const { source } = request;
      if (request.limit !== 'subscription') await readOnce(context, answers, request, request.limit);
      else if (source.kind === 'stream') await subscribeToStream(context, answers, request, source);
      else await subscribeToAll(context, answers, request, source);
      call.end();
    } catch (error) {
      call.fail(error);
    }
  };
  return (call) => onRequest(call, (request) => void serve(call, request));
}

/**
 * Reads page after page up to the limit or the end. If the stream is deleted meanwhile, the read ends with "stream not
 * found".
 */
async function readOnce(
  context: GatewayContext,
  answers: ResponseStream,
  request: ReadRequest,
  limit: number,
): Promise<void> {
  const { source, direction } = request;
  const stream = source.kind === 'stream' ? source.stream : undefined;
  const visible = stream === undefined ? undefined : await context.log.visibleStream(stream);
  if (stream !== undefined && visible === undefined) {
    await answers.write(encodeStreamNotFound(stream));
    return;
  }
  const step = direction === 'forwards' ? 1n : -1n;
  const matcher = source.kind === 'all' ? source.filter?.matcher : undefined;
  const end = context.log.head;
  let from = startPosition(source, direction);
  let left = limit;
  while (left > 0 && !answers.ended) {
    const maxEvents = matcher === undefined ? Math.min(PAGE_EVENTS, left) : PAGE_EVENTS;
    const page = await readPage(context, source, { direction, from, maxEvents });
    const last = page.at(-1);
    if (last === undefined) {
      const deleted = stream !== undefined && (await context.log.visibleStream(stream)) === undefined;
      if (deleted) await answers.write(encodeStreamNotFound(stream));
      return;
    }
    from = (source.kind === 'stream' ? last.revision : last.position) + step;
    const wanted = await matcher?.match(page, left);
    if (wanted !== undefined) await new Promise(setImmediate);
    for (const [index, event] of page.entries()) {
      // Events appended after the start of the read are not part of it.
      if (left === 0 || event.position > end) return;
      if (wanted?.[index] === false) continue;
      left -= 1;
      const answer = encode(context, request, event);
      const written = answers.write(answer instanceof Promise ? await answer : answer);
      if (written !== undefined) await written;
      if (answers.ended) return;
    }
    if (visible !== undefined && isAtEnd(visible, direction, last.revision)) return;
  }
}

/** Whether a read has reached the last revision that the stream had when it began. */
function isAtEnd({ first, last }: VisibleStream, direction: ReadRequest['direction'], revision: bigint): boolean {
  return direction === 'forwards' ? revision >= last : revision <= first;
}

function readPage(
  { log }: GatewayContext,
  source: ReadSource,
  page: { readonly direction: 'forwards' | 'backwards'; readonly from: bigint; readonly maxEvents: number },
): Promise<readonly StoredEvent[]> {
  return source.kind === 'stream' ? log.readStreamPage(source.stream, page) : log.readAllPage(page);
}

/** The first revision or position to read. A position in $all is inclusive forwards, and exclusive backwards. */
function startPosition({ kind, from }: ReadSource, direction: 'forwards' | 'backwards'): bigint {
  if (from === 'start') return direction === 'backwards' && kind === 'all' ? -1n : 0n;
  if (from === 'end') return MAX_INT64;
  if (typeof from === 'bigint') return from > MAX_INT64 ? MAX_INT64 : from;
  if (from.commit > MAX_INT64) return MAX_INT64;
  return direction === 'forwards' ? from.commit : from.commit - 1n;
}

/** Encodes an event; returns a promise only if a link may have to be resolved. */
function encode({ log }: GatewayContext, request: ReadRequest, event: StoredEvent): Buffer | Promise<Buffer> {
  if (!request.resolveLinks) return encodeEvent({ event }, request.uuids);
  return resolveLink(log, event).then((resolved) => encodeEvent(resolved, request.uuids));
}
