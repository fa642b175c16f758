import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ChangeSchema } from '@zitadel/proto/zitadel/change_pb.js';
import type { AggregateTypeSchema, EventSchema, EventTypeSchema } from '@zitadel/proto/zitadel/event_pb.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { eventWords, type PublicEvents } from '#libs/registry/shared/features/public-events.js';

/** Makes the contract's messages about events. */
export interface EventMessages {
  /** An event in the list of an aggregate's changes. The display name of a user is not known here: it is the id. */
  change(event: DecodedEvent): MessageInitShape<typeof ChangeSchema>;
  /** An event in the list of all events. */
  event(event: DecodedEvent): MessageInitShape<typeof EventSchema>;
  /** A stored type of event: its public name, and that in words. */
  eventType(type: string): MessageInitShape<typeof EventTypeSchema>;
}

/** The messages about events with these public names. */
export function eventMessages(publicEvents: PublicEvents): EventMessages {
  const eventType = (type: string) => {
    const name = publicEvents.nameOf(type) ?? '';
    return { type: name, localized: { key: `EventTypes.${name}`, localizedMessage: eventWords(type) } };
  };
  return {
    eventType,
    change: ({ type, revision, meta }) => ({
      sequence: revision + 1n,
      changeDate: timestampFromMs(Date.parse(meta.occurredAt)),
      eventType: eventType(type).localized,
      editorId: meta.editor.user,
      editorDisplayName: meta.editor.user,
      resourceOwnerId: meta.resourceOwner,
    }),
    event({ type, stream, revision, data, meta }) {
      const { user, client } = meta.editor;
      const aggregate = publicEvents.aggregateOf(stream);
      return {
        editor: { userId: user, displayName: user, service: client ?? '' },
        ...(aggregate && {
          aggregate: {
            id: aggregate.id,
            type: aggregateTypeMessage(aggregate.type),
            resourceOwner: meta.resourceOwner,
          },
        }),
        sequence: revision + 1n,
        creationDate: timestampFromMs(Date.parse(meta.occurredAt)),
        payload: payloadOf(publicEvents.dataOf(type, data) as JsonObject, meta.reason),
        type: eventType(type),
      };
    },
  };
}

/** The data of an event. ZITADEL's message has no field for a reason: it is beside the data, under a name of no data. */
function payloadOf(data: JsonObject, reason: string | undefined): JsonObject {
  return reason === undefined ? data : { ...data, $reason: reason };
}

/** A kind of aggregate by its name. */
export function aggregateTypeMessage(type: string): MessageInitShape<typeof AggregateTypeSchema> {
  const word = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  return { type, localized: { key: `AggregateTypes.${type}`, localizedMessage: word } };
}
