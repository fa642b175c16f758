import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  create,
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
} from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

/** `[repeated] TYPE NUMBER [in ONEOF]`, the type a scalar's name, or a message or enum with its package. */
type FieldText = string;

/** A file of protobuf definitions, as far as Appledger has need of its own: proto3 throughout. */
export interface FileOutline {
  readonly name: string;
  readonly package: string;
  readonly imports?: readonly DescFile[];
  /** Name → field → what it is. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, FieldText>>>>;
  /** Message and name, such as `Answer.State` → values, numbered from 0. */
  readonly enums?: Readonly<Record<string, readonly string[]>>;
  /** Name → method → input, output and which of them are streams. */
  readonly services?: Readonly<Record<string, Readonly<Record<string, MethodOutline>>>>;
}

export interface MethodOutline {
  readonly input: string;
  readonly output: string;
  readonly streams?: 'answers' | 'both';
}

/** What a file defines, by its names without the package. */
export interface Described {
  readonly file: DescFile;
  message(name: string): DescMessage;
  service(name: string): DescService;
}

const SCALARS = {
  bool: FieldDescriptorProto_Type.BOOL,
  bytes: FieldDescriptorProto_Type.BYTES,
  int32: FieldDescriptorProto_Type.INT32,
  string: FieldDescriptorProto_Type.STRING,
} as const;

const FIELD = /^(repeated )?(enum )?([\w.]+) (\d+)(?: in (\w+))?$/;

/**
 * Makes descriptors of definitions that no installed package holds, without a compiler and generated code.
 *
 * @throws Error the outline is not one
 */
export function describe(outline: FileOutline): Described {
  const { name, package: packageName, imports = [], messages, enums = {}, services = {} } = outline;
  const proto = create(FileDescriptorProtoSchema, {
    name,
    package: packageName,
    syntax: 'proto3',
    dependency: imports.map((file) => file.proto.name),
    messageType: Object.entries(messages).map(([message, fields]) => ({
      ...messageProto(message, fields),
      enumType: enumsIn(message, enums),
    })),
    service: Object.entries(services).map(([service, methods]) => ({
      name: service,
      method: Object.entries(methods).map(([method, { input, output, streams }]) => ({
        name: method,
        inputType: `.${packageName}.${input}`,
        outputType: `.${packageName}.${output}`,
        clientStreaming: streams === 'both',
        serverStreaming: streams !== undefined,
      })),
    })),
  });
  const registry = createFileRegistry(proto, (wanted) => imports.find((file) => file.proto.name === wanted)?.proto);
  return {
    file: found(registry.getFile(name), name),
    message: (message) => found(registry.getMessage(`${packageName}.${message}`), message),
    service: (service) => found(registry.getService(`${packageName}.${service}`), service),
  };
}

/** A method of a service by its name. @throws Error there is none */
export function methodOf({ methods }: DescService, name: string): DescMethod {
  return found(
    methods.find((method) => method.name === name),
    name,
  );
}

function enumsIn(message: string, enums: NonNullable<FileOutline['enums']>) {
  return Object.entries(enums)
    .filter(([name]) => name.startsWith(`${message}.`))
    .map(([name, values]) => ({
      name: name.slice(message.length + 1),
      value: values.map((value, number) => ({ name: value, number })),
    }));
}

function messageProto(name: string, fields: Readonly<Record<string, FieldText>>) {
  const oneofs = [...new Set(Object.values(fields).flatMap((text) => FIELD.exec(text)?.[5] ?? []))];
  return {
    name,
    oneofDecl: oneofs.map((oneof) => ({ name: oneof })),
    field: Object.entries(fields).map(([field, text]) => fieldProto(field, text, oneofs)),
  };
}

function fieldProto(
  name: string,
  text: FieldText,
  oneofs: readonly string[],
): MessageInitShape<typeof FieldDescriptorProtoSchema> {
  const [, repeated, isEnum, type = '', number, oneof] = FIELD.exec(text) ?? [];
  if (number === undefined) throw new Error(`${name} cannot be described by ${JSON.stringify(text)}`);
  const scalar = (SCALARS as Readonly<Record<string, FieldDescriptorProto_Type>>)[type];
  const named = isEnum === undefined ? FieldDescriptorProto_Type.MESSAGE : FieldDescriptorProto_Type.ENUM;
  return {
    name,
    jsonName: name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    number: Number(number),
    label: repeated === undefined ? FieldDescriptorProto_Label.OPTIONAL : FieldDescriptorProto_Label.REPEATED,
    type: scalar ?? named,
    ...(scalar === undefined && { typeName: `.${type}` }),
    ...(oneof !== undefined && { oneofIndex: oneofs.indexOf(oneof) }),
  };
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is not described`);
  return value;
}
