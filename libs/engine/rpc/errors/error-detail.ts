import { create, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf';
import { type Any, AnySchema } from '@bufbuild/protobuf/wkt';
import type { ErrorDetail } from '#libs/engine/errors/contract-error.js';

/** A detail of an error in google.rpc.Status. */
export function anyOf({ schema, value }: ErrorDetail): Any {
  return create(AnySchema, { typeUrl: typeUrl(schema.typeName), value: toBinary(schema, value) });
}

/** A detail of an error as JSON, with its type. */
export function jsonOf({ schema, value }: ErrorDetail): JsonObject {
  return { '@type': typeUrl(schema.typeName), ...(toJson(schema, value) as JsonObject) };
}

function typeUrl(typeName: string): string {
  return `type.googleapis.com/${typeName}`;
}
