import {
  create,
  type DescMessage,
  type JsonObject,
  type MessageInitShape,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';

type Values = Readonly<Record<string, unknown>>;

/** A message and its fields. */
interface Made {
  readonly message: Values;
  readonly fields: JsonObject;
}

const made = new WeakMap<object, JsonObject>();

/** A message of each type, and its fields: from one change of an aggregate to the next, only a text or two differ. */
const models = new WeakMap<DescMessage, Made>();

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
  const fields = changedModel(schema, message as Values) ?? newModel(schema, message);
  if (source !== undefined) made.set(source, fields);
  return fields;
}

function newModel<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): JsonObject {
  const lasting = create(schema, Object.assign({}, message, { details: undefined }) as MessageInitShape<Desc>);
  const fields = toJson(schema, lasting, { alwaysEmitImplicit: true }) as JsonObject;
  models.set(schema, { message: message as Values, fields });
  return Object.assign({}, fields);
}

/**
 * A copy of the model with the texts of this message; undefined: there is none, or more than texts differs. It is no
 * spread copy, to which V8 takes long to add fields (docs/performance.md).
 */
function changedModel(schema: DescMessage, message: Values): JsonObject | undefined {
  const model = models.get(schema);
  if (model === undefined) return undefined;
  const names = Object.keys(message);
  if (names.length !== Object.keys(model.message).length) return undefined;
  const fields = Object.assign({}, model.fields);
  for (const name of names) {
    const value = message[name];
    if (value === model.message[name] || name === 'details') continue;
    const field = schema.field[name];
    const isText = field?.fieldKind === 'scalar' && field.scalar === ScalarType.STRING && field.oneof === undefined;
    if (!isText || typeof value !== 'string' || typeof model.message[name] !== 'string') return undefined;
    fields[field.jsonName] = value;
  }
  return fields;
}
