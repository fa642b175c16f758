import { create, toBinary } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import type { ContractError } from '#libs/engine/errors/contract-error.js';

/** An error's id and text as the contract's own message, for statuses that carry it as bytes. */
export interface ErrorDetailBytes {
  readonly typeName: string;
  readonly value: Uint8Array;
}

/** The detail of an error; undefined for one without an id. */
export function errorDetail({ id, text }: ContractError): ErrorDetailBytes | undefined {
  if (id === undefined) return undefined;
  const value = toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { id, message: text }));
  return { typeName: ErrorDetailSchema.typeName, value };
}
