import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ChangeSchema } from '@zitadel/proto/zitadel/change_pb.js';
import type { AggregateTypeSchema, EventSchema, EventTypeSchema } from '@zitadel/proto/zitadel/event_pb.js';
import {
  type AggregateType,
  aggregateOf,
  eventWords,
  publicNameOf,
} from '#libs/registry/contract/events/public-events.js';
import type { EventType, RegistryEvent } from '#libs/registry/shared/events.js';

/** An event as the list of an aggregate's changes shows it. Who users are called is not known here: their ids are. */
export function changeMessage({ type, revision, meta }: RegistryEvent): MessageInitShape<typeof ChangeSchema> {
  return {
    sequence: revision + 1n,
    changeDate: timestampFromMs(Date.parse(meta.occurredAt)),
    eventType: eventTypeMessage(type).localized,
    editorId: meta.editor.user,
    editorDisplayName: meta.editor.user,
    resourceOwnerId: meta.resourceOwner,
  };
}

/** An event as the list of all events shows it. */
export function eventMessage({
  type,
  stream,
  revision,
  data,
  meta,
}: RegistryEvent): MessageInitShape<typeof EventSchema> {
  const { user, client } = meta.editor;
  const aggregate = aggregateOf(stream);
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
    payload: payloadOf(data),
    type: eventTypeMessage(type),
  };
}

/** A type of event by its public name, and what that says in English. */
export function eventTypeMessage(type: EventType) {
  const name = publicNameOf(type) ?? '';
  return {
    type: name,
    localized: { key: `EventTypes.${name}`, localizedMessage: eventWords(type) },
  } satisfies MessageInitShape<typeof EventTypeSchema>;
}

/** A kind of aggregate by its name. */
export function aggregateTypeMessage(type: AggregateType): MessageInitShape<typeof AggregateTypeSchema> {
  const word = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  return { type, localized: { key: `AggregateTypes.${type}`, localizedMessage: word } };
}

/** What the event holds, but for the hash of a secret: it serves nobody who only reads. */
function payloadOf(data: RegistryEvent['data']): JsonObject {
  const { secretHash: _, ...payload } = data as JsonObject;
  return payload;
}
