import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import type { EventSchemaSchema } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { eventWords, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { schemaPath } from './cloud-event.js';
import { feedTypes } from './selection.js';

/** Every type of event in the feed. */
export function eventSchemas(publicEvents: PublicEvents): MessageInitShape<typeof EventSchemaSchema>[] {
  return [...feedTypes(publicEvents)].map(([name, type]) => ({
    type: name,
    summary: eventWords(type),
    aggregate: publicEvents.aggregateTypesOf(type).join(', '),
    path: schemaPath(name),
    schema: dataSchema(name, publicEvents) ?? {},
  }));
}

/** The JSON Schema of the data of a type of event in the feed; undefined: there is no such type. */
export function dataSchema(publicName: string, publicEvents: PublicEvents): JsonObject | undefined {
  const type = feedTypes(publicEvents).get(publicName);
  if (type === undefined) return undefined;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaPath(publicName),
    title: publicName,
    description: eventWords(type),
    ...(publicEvents.schemaOf(type) as JsonObject),
  };
}
