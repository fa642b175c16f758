import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';

/**
 * A point of the past: a position in $all, a number of events of one stream, or a time in milliseconds since 1970. A
 * time stands for the last event of a stream that happened up to it, by the clocks of the commands. An append is never
 * divided: who saw one of its events could see all of them, so a point at one of them stands for the whole append.
 */
export type Point = { readonly position: bigint } | { readonly sequence: bigint } | { readonly time: number };

/** How many of a stream's events, which are in their order, happened up to a point. */
export function countUpTo(events: readonly DecodedEvent[], point: Point): number {
  let end = lastUpTo(events, point) + 1;
  while (end < events.length && isSameAppend(events[end - 1], events[end])) end += 1;
  return end;
}

/** Whether no event of a stream after this one can belong to the point. @param before the event before this one */
export function isBeyond(event: DecodedEvent, before: DecodedEvent | undefined, point: Point | undefined): boolean {
  return point !== undefined && !('time' in point) && !isUpTo(event, point) && !isSameAppend(before, event);
}

/** The index of the last event that happened up to a point; -1: none did. */
function lastUpTo(events: readonly DecodedEvent[], point: Point): number {
  if (!('time' in point)) return events.findLastIndex((event) => isUpTo(event, point));
  const time = new Date(point.time).toISOString();
  const [first] = events;
  if (first === undefined || first.meta.occurredAt > time) return -1;
  // Where the clocks of two processes differ, a later event can have an earlier time: it brings those before it along.
  return events.findLastIndex(({ meta }) => meta.occurredAt <= time);
}

function isUpTo({ position, revision }: DecodedEvent, point: Exclude<Point, { readonly time: number }>): boolean {
  return 'position' in point ? position <= point.position : revision < point.sequence;
}

/** Whether two events, one after the other in a stream, were appended together: they have the cause and time of one command. */
function isSameAppend(one: DecodedEvent | undefined, other: DecodedEvent | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const { $causationId, occurredAt } = one.meta;
  return other.meta.$causationId === $causationId && other.meta.occurredAt === occurredAt;
}
