import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A message as its fields' numbers and values, for those of which the test has no definition. */
export type Fields = ReadonlyMap<number, readonly (Buffer | number)[]>;

/** Reads a message without knowing it: numbers, and bytes that may be texts or messages. */
export function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, (Buffer | number)[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const value = type === WireType.LengthDelimited ? Buffer.from(reader.bytes()) : reader.int32();
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

/** A message with one text in it. */
export function textField(number: number, text: string): Buffer {
  return Buffer.from(new BinaryWriter().tag(number, WireType.LengthDelimited).string(text).finish());
}

/** What a field holds as bytes, each time that it is there. */
export function parts(fields: Fields, number: number): readonly Buffer[] {
  return (fields.get(number) ?? []).filter((value) => typeof value !== 'number');
}
