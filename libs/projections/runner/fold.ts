import { decodeEvent, type StoredEvent } from '#libs/contract/events/event-codec.js';
import type { EventType } from '#libs/domain/events.js';
import type { RecordedEvent } from '#libs/event-store/port/event-store.js';
import type { Versioned, Write } from '#libs/read-model/port/read-model.js';
import type { Projection, Step } from '../projection.js';

/** Which event could not be projected. */
export type EventPlace = Pick<RecordedEvent, 'type' | 'stream' | 'position'>;

/** An event cannot be decoded, or the projection cannot take it: repeating would not help. */
export class UnprojectableEventError extends Error {
  override readonly name = 'UnprojectableEventError';
  readonly event: EventPlace;

  constructor({ type, stream, position }: EventPlace, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`event ${type} in stream ${stream} at position ${position} cannot be projected: ${why}`, { cause });
    this.event = { type, stream, position };
  }
}

/** An event that concerns a projection, with the document it touches and what it does there. */
export interface Touch<D extends object> {
  readonly id: string;
  readonly event: StoredEvent;
  readonly step: Step<D, EventType>;
}

/**
 * The events that concern the projection, in their order. Others are not even decoded: a malformed event stops only
 * the projections that need it.
 *
 * @throws UnprojectableEventError
 */
export function touchesOf<D extends object>(projection: Projection<D>, events: readonly RecordedEvent[]): Touch<D>[] {
  const touches: Touch<D>[] = [];
  for (const recorded of events) {
    const step = projection.stepFor(recorded.type);
    if (step === undefined) continue;
    try {
      const event = decodeEvent(recorded);
      if (event !== undefined) touches.push({ id: step.id(event), event, step });
    } catch (cause) {
      throw new UnprojectableEventError(recorded, cause);
    }
  }
  return touches;
}

/**
 * What is to be written after the events, one write a document. Events at or before a document's own position are
 * left out: the document holds them already.
 *
 * @param known the touched documents as they are stored
 * @throws UnprojectableEventError
 */
export function fold<D extends object>(
  touches: readonly Touch<D>[],
  known: ReadonlyMap<string, Versioned<D>>,
): Write<D>[] {
  const writes = new Map<string, Write<D>>();
  for (const { id, event, step } of touches) {
    const before = writes.get(id) ?? known.get(id);
    if (before !== undefined && event.position <= before.position) continue;
    try {
      writes.set(id, { id, position: event.position, document: step.document(before?.document, event) });
    } catch (cause) {
      throw new UnprojectableEventError(event, cause);
    }
  }
  return [...writes.values()];
}
