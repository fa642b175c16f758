import type { Projection } from '#libs/engine/projector/projection.js';
import { recordSkip } from '#libs/engine/projector/skips.js';
import { OperationError, type OperationResult, type ProjectionRequest } from './operation.js';
import { type OperationParts, reportOn } from './projection-records.js';

type SkipRequest = Extract<ProjectionRequest, { operation: 'skip' }>;

/**
 * Records the decision that projections skip an event at which they have stopped. The decision is for one projection, or
 * for all: then it also applies to those that have not reached the event yet.
 *
 * @param chosen the projection, or all of them
 * @throws OperationError none of them has stopped at this event
 */
export async function skipEvent(
  chosen: readonly Projection[],
  { projection, eventId, reason, operator }: SkipRequest,
  parts: OperationParts,
): Promise<OperationResult> {
  const reports = await Promise.all(chosen.map(async (each) => [each.name, await reportOn(each, parts)] as const));
  const stopped = reports.flatMap(([name, { failure }]) => (failure?.event ? [{ name, event: failure.event }] : []));
  if (stopped.length === 0) {
    const who = chosen.length === 1 ? `${projection} has not` : 'no projection has';
    throw new OperationError(`${who} stopped at an event: there is nothing to leave out`);
  }
  const there = stopped.filter(({ event }) => event.id === eventId);
  const event = there[0]?.event;
  if (event === undefined) {
    const places = stopped.map((each) => `${each.name} has stopped at event ${each.event.id}`).join(', ');
    throw new OperationError(`${places}, not at ${eventId}: name that one`);
  }
  const decision = { projection, eventId, reason, operator, at: parts.clock() };
  const stream = await recordSkip(parts.eventStore, parts.codec, decision);
  const names = there.map((each) => each.name);
  const place = `event ${event.id} (${event.type} in ${event.stream} at position ${event.position})`;
  return {
    lines: [
      `${names.join(', ')} ${names.length === 1 ? 'leaves' : 'leave'} out ${place}`,
      `recorded in stream ${stream}, as decided by ${operator}: ${reason}`,
    ],
    ok: true,
    data: { projections: names, event, stream, reason, operator },
  };
}
