import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';

const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;
const Type = FieldDescriptorProto_Type;

const LAST_NUMBER = 1_000; // the fields' numbers descend, for they are written in the order of the numbers

/** A message with a field of every kind that the contract's own answers may come to have. */
export const everyKind: DescMessage = registered(
  create(FileDescriptorProtoSchema, {
    name: 'every-kind.proto',
    package: 'test',
    syntax: 'proto3',
    dependency: [
      'google/protobuf/timestamp.proto',
      'google/protobuf/duration.proto',
      'google/protobuf/struct.proto',
      'google/protobuf/wrappers.proto',
    ],
    enumType: [
      { name: 'Colour', value: ['COLOUR_NONE', 'COLOUR_RED', 'COLOUR_BLUE'].map((name, number) => ({ name, number })) },
    ],
    messageType: [
      {
        name: 'EveryKind',
        field: everyField().map((field, index) => ({ ...field, number: LAST_NUMBER - index })),
        oneofDecl: [{ name: 'choice' }, { name: '_maybe_text' }, { name: '_maybe_count' }, { name: '_maybe_colour' }],
        nestedType: [mapEntry('NamesEntry', Type.STRING), mapEntry('PartsEntry', Type.MESSAGE, '.test.EveryKind')],
      },
    ],
  }),
);

type FieldInit = NonNullable<Parameters<typeof create<typeof FileDescriptorProtoSchema>>[1]>;
type AnyField = NonNullable<NonNullable<FieldInit['messageType']>[number]['field']>[number];

function everyField(): AnyField[] {
  const one = (name: string, type: FieldDescriptorProto_Type, rest: object = {}): AnyField => ({
    name,
    jsonName: name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    type,
    label: OPTIONAL,
    ...rest,
  });
  const message = (name: string, typeName: string, rest: object = {}) => one(name, Type.MESSAGE, { typeName, ...rest });
  const many = { label: REPEATED };
  const kinds = Object.entries(Type).filter((entry): entry is [string, FieldDescriptorProto_Type] => {
    const [name, value] = entry;
    return typeof value === 'number' && !['GROUP', 'MESSAGE', 'ENUM'].includes(name);
  });
  return [
    ...kinds.flatMap(([name, type]) => [one(`a_${name.toLowerCase()}`, type), one(`all_${name}`, type, many)]),
    one('colour', Type.ENUM, { typeName: '.test.Colour' }),
    one('colours', Type.ENUM, { typeName: '.test.Colour', ...many }),
    one('nothing', Type.ENUM, { typeName: '.google.protobuf.NullValue' }),
    message('at', '.google.protobuf.Timestamp'),
    message('times', '.google.protobuf.Timestamp', many),
    message('lasts', '.google.protobuf.Duration'),
    message('free', '.google.protobuf.Struct'),
    message('wrapped', '.google.protobuf.StringValue'),
    message('wrapped_bytes', '.google.protobuf.BytesValue'),
    message('inner', '.test.EveryKind'),
    message('inners', '.test.EveryKind', many),
    message('names', '.test.EveryKind.NamesEntry', many),
    message('parts', '.test.EveryKind.PartsEntry', many),
    one('text_choice', Type.STRING, { oneofIndex: 0 }),
    message('time_choice', '.google.protobuf.Timestamp', { oneofIndex: 0 }),
    message('wrapped_choice', '.google.protobuf.Int64Value', { oneofIndex: 0 }),
    message('inner_choice', '.test.EveryKind', { oneofIndex: 0 }),
    one('maybe_text', Type.STRING, { proto3Optional: true, oneofIndex: 1 }),
    one('maybe_count', Type.INT64, { proto3Optional: true, oneofIndex: 2 }),
    one('maybe_colour', Type.ENUM, { proto3Optional: true, oneofIndex: 3, typeName: '.test.Colour' }),
  ];
}

function mapEntry(name: string, type: FieldDescriptorProto_Type, typeName?: string) {
  return {
    name,
    options: { mapEntry: true },
    field: [
      { name: 'key', number: 1, type: Type.STRING, label: OPTIONAL },
      { name: 'value', number: 2, type, label: OPTIONAL, ...(typeName !== undefined && { typeName }) },
    ],
  };
}

function registered(file: FileDescriptorProto): DescMessage {
  const known = [
    file_google_protobuf_timestamp,
    file_google_protobuf_duration,
    file_google_protobuf_struct,
    file_google_protobuf_wrappers,
  ];
  const registry = createFileRegistry(file, (name) => known.find(({ proto }) => proto.name === name)?.proto);
  const schema = registry.getMessage('test.EveryKind');
  if (schema === undefined) throw new Error('the test message is not there');
  return schema;
}
