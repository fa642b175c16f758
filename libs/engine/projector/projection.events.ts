import type { EventOf } from '#libs/engine/kernel/events.js';
import { object, text } from '#libs/engine/kernel/shape.js';

/** The stream of what operators have decided about one projection, or, as `all`, about every one. */
export function projectionStream(projection: string): string {
  return `projection-${projection}`;
}

/** Stored shapes are frozen; see application.events.ts. */
export const projectionEvents = {
  /** An operator has let a projection leave out an event that it could not take. The event is named by its own id. */
  ProjectionEventSkipped: { version: 1, data: object({ projection: text, eventId: text, reason: text }) },
} as const;

export type ProjectionEvent = EventOf<typeof projectionEvents>;
