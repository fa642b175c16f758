import { create, type DescMessage, type JsonObject, type MessageInitShape, toJson } from '@bufbuild/protobuf';

const made = new WeakMap<object, JsonObject>();

/**
 * The fields of a message as JSON, without its details, which change with every event. Fields with their zero value are
 * there, so that a change to or from it can be seen.
 *
 * @param source what the message is made of and nothing else; its fields are kept as long as it is
 */
export function publicFields<Desc extends DescMessage>(
  schema: Desc,
  message: MessageInitShape<Desc>,
  source?: object,
): JsonObject {
  const known = source && made.get(source);
  if (known !== undefined) return known;
  const lasting = create(schema, { ...message, details: undefined } as MessageInitShape<Desc>);
  const fields = toJson(schema, lasting, { alwaysEmitImplicit: true }) as JsonObject;
  if (source !== undefined) made.set(source, fields);
  return fields;
}
