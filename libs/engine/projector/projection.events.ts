import { publicEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { object, text } from '#libs/engine/kernel/shape.js';

/** The streams of operators' decisions about projections. */
export const projectionStreams: StreamKind = { prefix: 'projection-', id: '[A-Za-z]+' };

/** The stream of what operators have decided about one projection, or, as `all`, about every one. */
export function projectionStream(projection: string): string {
  return `${projectionStreams.prefix}${projection}`;
}

/** Stored shapes are frozen; see application.events.ts. */
export const projectionEvents = {
  /** An operator has let a projection leave out an event that it could not take. The event is named by its own id. */
  ProjectionEventSkipped: publicEvent(
    'projection.event.skipped',
    object({ projection: text, eventId: text, reason: text }),
  ),
} as const;
