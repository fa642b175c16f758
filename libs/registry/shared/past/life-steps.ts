import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { required, type Step } from '#libs/engine/projector/projection.js';
import { type LifeDocument, type LifeMark, positionText } from './life.document.js';

/** A step for the first event of an aggregate. @param owner what lists contain it of */
export function beginningLife<Event extends DecodedEvent>(
  id: (event: NoInfer<Event>) => string,
  owner: (event: NoInfer<Event>) => string,
): Step<LifeDocument, Event> {
  return {
    begins: true,
    id,
    document: (_, event) => ({ id: id(event), owner: owner(event), added: markOf(event) }),
  };
}

/** A step for the event that removes an aggregate. */
export function endingLife<Event extends DecodedEvent>(
  id: (event: NoInfer<Event>) => string,
): Step<LifeDocument, Event> {
  return { id, document: (before, event) => ({ ...required(before, event), removed: markOf(event) }) };
}

function markOf({ position, meta }: DecodedEvent): LifeMark {
  return { position: positionText(position), time: meta.occurredAt };
}
