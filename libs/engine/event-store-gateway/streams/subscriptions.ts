import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { TOMBSTONE_REVISION } from '#libs/engine/event-store/port/event-store.js';
import { AppendSignal } from '../append-notifier.js';
import type { GatewayContext } from '../gateway-context.js';
import { shuttingDown, streamDeleted } from '../grpc-errors.js';
import { resolveLink } from '../resolved-event.js';
import { FilterCheckpoints, positionAfter } from './filter-checkpoints.js';
import type { ReadRequest, ReadSource } from './read-request.js';
import { encodeCaughtUp, encodeCheckpoint, encodeConfirmation, encodeEvent } from './read-responses.js';
import type { ResponseStream } from './response-stream.js';

/** Events per read of the log. */
const PAGE_EVENTS = 500;

/**
 * Serves a catch-up subscription on $all: the existing events after the position, `caught_up`, then live events. No
 * events are buffered for a slow client: the next page is read when it has taken the previous one.
 */
export async function subscribeToAll(
  context: GatewayContext,
  answers: ResponseStream,
  request: ReadRequest,
  { from, filter }: Extract<ReadSource, { kind: 'all' }>,
): Promise<void> {
  const { log } = context;
  const checkpoints = filter && new FilterCheckpoints(filter);
  let next = from === 'start' ? 0n : from === 'end' ? log.head + 1n : positionAfter(from);
  let live = false;
  await serveSubscription(context, answers, undefined, async () => {
    const page = await log.readAllPage({ direction: 'forwards', from: next, maxEvents: PAGE_EVENTS });
    const wanted = await filter?.matcher.match(page, page.length);
    for (const [index, event] of page.entries()) {
      const matched = wanted?.[index] !== false;
      if (matched) await deliver(context, answers, request, event);
      const { position } = event;
      const told = live ? checkpoints?.live(position) : checkpoints?.catchingUp(position, matched);
      if (told !== undefined) await answers.write(encodeCheckpoint(told));
      if (answers.ended) return false;
      next = position + 1n;
    }
    if (!live && log.head < next) {
      live = true;
      checkpoints?.caughtUp();
      await answers.write(encodeCaughtUp());
    }
    return page.length > 0;
  });
}

/**
 * Serves a catch-up subscription on a stream; the stream need not exist yet. While catching up it delivers the visible
 * events of the stream. Once live it delivers everything that is appended; a tombstone is delivered as an event, then
 * the call ends with the stream-deleted error.
 */
export async function subscribeToStream(
  context: GatewayContext,
  answers: ResponseStream,
  request: ReadRequest,
  { stream, from }: Extract<ReadSource, { kind: 'stream' }>,
): Promise<void> {
  const { log } = context;
  // Read before the confirmation, so that a tombstoned stream is refused without any message.
  const visible = await log.visibleStream(stream);
  let live = from === 'end';
  let next = 0n;
  if (from === 'end') next = (visible?.last ?? (await log.streamHead(stream))?.revision ?? -1n) + 1n;
  else if (from !== 'start') next = from + 1n;
  await serveSubscription(
    context,
    answers,
    stream,
    async () => {
      const page = live
        ? await log.readFollowingPage(stream, next, PAGE_EVENTS)
        : await log.readStreamPage(stream, { direction: 'forwards', from: next, maxEvents: PAGE_EVENTS });
      for (const event of page) {
        await deliver(context, answers, request, event);
        if (answers.ended) return false;
        if (event.revision === TOMBSTONE_REVISION) throw streamDeleted(stream);
        next = event.revision + 1n;
      }
      if (!live && page.length === 0 && (await log.visibleStream(stream)) !== undefined) {
        live = true;
        await answers.write(encodeCaughtUp());
        return true;
      }
      return page.length > 0;
    },
    live,
  );
}

/**
 * Confirms a subscription and serves it until the call ends.
 *
 * @param stream undefined for $all
 * @param step reads and delivers the next events; false if there were none
 * @param caughtUp the subscription starts at the end
 * @throws GatewayError the gateway or the store is closing
 */
async function serveSubscription(
  { notifier }: GatewayContext,
  answers: ResponseStream,
  stream: string | undefined,
  step: () => Promise<boolean>,
  caughtUp = false,
): Promise<void> {
  const bell = new AppendSignal(notifier, stream);
  answers.onEnded(() => bell.notify());
  try {
    await answers.write(encodeConfirmation(randomUUID()));
    if (caughtUp) await answers.write(encodeCaughtUp());
    while (!answers.ended) {
      if (notifier.closed) throw shuttingDown();
      bell.reset();
      if (!(await step())) await bell.wait();
      else await new Promise(setImmediate);
    }
  } finally {
    bell.dispose();
  }
}

async function deliver(
  { log }: GatewayContext,
  answers: ResponseStream,
  { resolveLinks, uuids }: ReadRequest,
  event: StoredEvent,
): Promise<void> {
  const resolved = resolveLinks ? await resolveLink(log, event) : { event };
  const written = answers.write(encodeEvent(resolved, uuids));
  if (written !== undefined) await written;
}
