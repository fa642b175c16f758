import { type EventPlace, UnhandledEventError } from '#libs/engine/consumer/consumer-status.js';
import type { Versioned, Write } from '#libs/engine/documents/port/read-model.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { Projection, Step } from './projection.js';

/** An event cannot be decoded, or the projection cannot take it: repeating would not help. */
export class UnprojectableEventError extends UnhandledEventError {
  override readonly name = 'UnprojectableEventError';

  constructor(event: EventPlace, cause: unknown) {
    const { type, stream, position } = event;
    const text = `event ${type} in stream ${stream} at position ${position} cannot be projected: ${messageOf(cause)}`;
    super(event, text, cause);
  }
}

/** An event that concerns a projection, with the document it touches and what it does there. */
export interface Touch<D extends object> {
  readonly id: string;
  readonly event: DecodedEvent;
  readonly step: Step<D>;
}

/** The ids of events that an operator has decided to leave out. */
export type Skips = ReadonlySet<string>;

const NO_SKIPS: Skips = new Set();

/**
 * The events that concern the projection, in their order. Others are not even decoded: a malformed event stops only
 * the projections that need it. An event of an unknown type in the projection's streams does stop it when a newer version
 * of the program has written it: only that version knows what it does to the documents.
 *
 * @throws UnprojectableEventError
 */
export function touchesOf<D extends object>(
  projection: Projection<D>,
  codec: EventCodec,
  events: readonly RecordedEvent[],
  skips: Skips = NO_SKIPS,
): Touch<D>[] {
  const touches: Touch<D>[] = [];
  for (const recorded of events) {
    const step = projection.stepFor(recorded.type);
    if (step === undefined && !mayBeNewer(projection, codec, recorded)) continue;
    if (skips.size > 0 && skips.has(recorded.id)) continue;
    try {
      const event = codec.decode(recorded);
      if (event !== undefined && step !== undefined) touches.push({ id: step.id(event), event, step });
    } catch (cause) {
      throw new UnprojectableEventError(recorded, cause);
    }
  }
  return touches;
}

/** Whether an event is of an unknown type in the projection's streams; decoding tells whether a newer version wrote it. */
function mayBeNewer({ streamPrefixes }: Projection, codec: EventCodec, recorded: RecordedEvent): boolean {
  if (codec.definitionOf(recorded.type) !== undefined) return false;
  const { stream } = recorded;
  return streamPrefixes.some((prefix) => stream.startsWith(prefix));
}

/** The ids of the documents that have to be loaded before the touches can be folded: a document that begins has no past. */
export function idsToLoad(touches: readonly Touch<object>[]): readonly string[] {
  const ids = new Map<string, boolean>();
  for (const { id, step } of touches) {
    if (!ids.has(id)) ids.set(id, step.begins !== true);
  }
  return Array.from(ids).flatMap(([id, hasPast]) => (hasPast ? [id] : []));
}

/**
 * What is to be written after the events, one write a document. Events at or before a document's own position are
 * left out: the document holds them already.
 *
 * @param known the documents of {@link idsToLoad} as they are stored
 * @throws UnprojectableEventError
 */
export function fold<D extends object>(
  touches: readonly Touch<D>[],
  known: ReadonlyMap<string, Versioned<D>>,
): Write<D>[] {
  const writes = new Map<string, Write<D>>();
  for (const { id, event, step } of touches) {
    const written = writes.get(id);
    const before = written ?? known.get(id);
    if (before !== undefined && event.position <= before.position) continue;
    const begins = step.begins === true || written?.begins === true;
    try {
      const document = step.document(before?.document, event);
      writes.set(id, { id, position: event.position, document, ...(begins && { begins }) });
    } catch (cause) {
      throw new UnprojectableEventError(event, cause);
    }
  }
  return [...writes.values()];
}

/** Answers the documents of these ids as they are stored. */
export type LoadDocuments = (ids: readonly string[]) => Promise<ReadonlyMap<string, Versioned<object>>>;

/**
 * What is to be written after the events, given where the documents are.
 *
 * @throws UnprojectableEventError, and what loading throws
 */
export async function writesAfter(
  projection: Projection,
  codec: EventCodec,
  events: readonly RecordedEvent[],
  skips: Skips,
  load: LoadDocuments,
): Promise<readonly Write<object>[]> {
  const touches = touchesOf(projection, codec, events, skips);
  return touches.length === 0 ? [] : fold(touches, await load(idsToLoad(touches)));
}
