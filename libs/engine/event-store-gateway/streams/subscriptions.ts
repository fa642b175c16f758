import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '#libs/engine/event-store/embedded/record.js';
import { TOMBSTONE_REVISION } from '#libs/engine/event-store/port/event-store.js';
import type { GatewayContext } from '../gateway-context.js';
import { shuttingDown, streamDeleted } from '../grpc-errors.js';
import { Bell } from '../live-hub.js';
import { resolveLink } from '../recorded-event.js';
import type { Answers } from './answers.js';
import { Checkpoints, positionAfter } from './checkpoints.js';
import { encodeCaughtUp, encodeCheckpoint, encodeConfirmation, encodeEvent } from './read-answers.js';
import type { ReadRequest, ReadSource } from './read-request.js';

/** Events read from the log at once. */
const PAGE_EVENTS = 500;

/**
 * Follows $all from behind a position: what is there, `caught_up` once, and what comes. Nothing is kept for a client
 * that does not read: its next page is read from the log when it has taken the last one.
 */
export async function subscribeToAll(
  context: GatewayContext,
  answers: Answers,
  request: ReadRequest,
  { from, filter }: Extract<ReadSource, { kind: 'all' }>,
): Promise<void> {
  const { log } = context;
  const checkpoints = filter && new Checkpoints(filter);
  let next = from === 'start' ? 0n : from === 'end' ? log.head + 1n : positionAfter(from);
  let live = false;
  await following(context, answers, undefined, async () => {
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
 * Follows a stream from behind a revision. While it catches up it sees what readers see, and a stream that is not there
 * is waited for; from `caught_up` on it gets whatever is appended, and the event that marks the stream as deleted for
 * good before the call ends with that error.
 */
export async function subscribeToStream(
  context: GatewayContext,
  answers: Answers,
  request: ReadRequest,
  { stream, from }: Extract<ReadSource, { kind: 'stream' }>,
): Promise<void> {
  const { log } = context;
  // Asked for before the confirmation, so that a deleted stream is refused before any message.
  const visible = await log.visibleStream(stream);
  let live = from === 'end';
  let next = 0n;
  if (from === 'end') next = (visible?.last ?? (await log.streamHead(stream))?.revision ?? -1n) + 1n;
  else if (from !== 'start') next = from + 1n;
  await following(
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
 * @param step reads and delivers what there is next; false: there is nothing, so wait until there may be
 * @param caughtUp it begins at the end
 * @throws GatewayError the gateway or the store is closing
 */
async function following(
  { hub }: GatewayContext,
  answers: Answers,
  stream: string | undefined,
  step: () => Promise<boolean>,
  caughtUp = false,
): Promise<void> {
  const bell = new Bell(hub, stream);
  answers.onEnded(() => bell.ring());
  try {
    await answers.write(encodeConfirmation(randomUUID()));
    if (caughtUp) await answers.write(encodeCaughtUp());
    while (!answers.ended) {
      if (hub.closed) throw shuttingDown();
      bell.reset();
      if (!(await step())) await bell.rung();
      else await new Promise(setImmediate);
    }
  } finally {
    bell.dispose();
  }
}

async function deliver(
  { log }: GatewayContext,
  answers: Answers,
  { resolveLinks, uuids }: ReadRequest,
  event: StoredEvent,
): Promise<void> {
  const resolved = resolveLinks ? await resolveLink(log, event) : { event };
  const written = answers.write(encodeEvent(resolved, uuids));
  if (written !== undefined) await written;
}
