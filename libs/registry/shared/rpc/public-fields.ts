import { create, type DescMessage, type JsonObject, type MessageInitShape, toJson } from '@bufbuild/protobuf';

/**
 * The fields of a message as JSON, without its details, which change with every event. Fields with their zero value are
 * there, so that a change to or from it can be seen.
 */
export function publicFields<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): JsonObject {
  const { details: _, ...fields } = toJson(schema, create(schema, message), { alwaysEmitImplicit: true }) as JsonObject;
  return fields;
}
