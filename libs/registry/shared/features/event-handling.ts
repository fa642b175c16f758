import type { Consumer } from '#libs/engine/consumer/consumer.js';
import { UnhandledEventError } from '#libs/engine/consumer/consumer-status.js';
import { BEFORE_FIRST_POSITION, type RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { EventConsumer } from './event-consumer.js';

/**
 * Gives a consumer the events of its types from batches of the log. When one of a batch fails, those before it are not
 * handled again by this process.
 *
 * @param types others are not even decoded
 */
export function eventHandling(
  consumer: EventConsumer<never>,
  types: ReadonlySet<string>,
  codec: EventCodec,
): Consumer['handle'] {
  let handled = BEFORE_FIRST_POSITION;
  return async (events, signal) => {
    for (const recorded of events) {
      if (recorded.position <= handled || !types.has(recorded.type)) continue;
      signal.throwIfAborted();
      const event = decoded(recorded, codec);
      if (event !== undefined) await consumer.handle(event as DecodedEvent<never>, signal);
      handled = recorded.position;
    }
  };
}

/** @throws UnhandledEventError the event is malformed, or of a newer version of the program */
function decoded(recorded: RecordedEvent, codec: EventCodec): DecodedEvent | undefined {
  try {
    return codec.decode(recorded);
  } catch (cause) {
    const { type, stream, position } = recorded;
    const text = `event ${type} in stream ${stream} at position ${position} cannot be read: ${messageOf(cause)}`;
    throw new UnhandledEventError(recorded, text, cause);
  }
}
