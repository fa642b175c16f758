import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';

/**
 * A point of the past: a position in $all, a number of events of one stream, or a time in milliseconds since 1970. A
 * time stands for the last event of a stream that happened up to it, by the clocks of the commands.
 */
export type Point = { readonly position: bigint } | { readonly sequence: bigint } | { readonly time: number };

/** How many of a stream's events, which are in their order, happened up to a point. */
export function countUpTo(events: readonly DecodedEvent[], point: Point): number {
  if ('position' in point) return count(events, ({ position }) => position <= point.position);
  if ('sequence' in point) return count(events, ({ revision }) => revision < point.sequence);
  const time = new Date(point.time).toISOString();
  const [first] = events;
  if (first === undefined || first.meta.occurredAt > time) return 0;
  // Where the clocks of two processes differ, a later event can have an earlier time: it brings those before it along.
  return events.findLastIndex(({ meta }) => meta.occurredAt <= time) + 1;
}

/** Whether no event of a stream after this one can belong to the point. */
export function isBeyond(event: Pick<DecodedEvent, 'position' | 'revision'>, point: Point | undefined): boolean {
  if (point === undefined || 'time' in point) return false;
  return 'position' in point ? event.position > point.position : event.revision >= point.sequence;
}

function count(events: readonly DecodedEvent[], isUpTo: (event: DecodedEvent) => boolean): number {
  const end = events.findIndex((event) => !isUpTo(event));
  return end === -1 ? events.length : end;
}
