import { create, type DescMessage, type MessageInitShape, toJson } from '@bufbuild/protobuf';

/**
 * Compiles the way from what an answer holds to its JSON text: names in lowerCamelCase, zero values left out, 64-bit
 * integers as strings.
 */
export function encoderOf<Desc extends DescMessage>(schema: Desc): (answer: MessageInitShape<Desc>) => string {
  return (answer) => JSON.stringify(toJson(schema, create(schema, answer)));
}
