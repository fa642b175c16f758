import { create } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { type ErrorId, errorCatalogue } from './error-catalogue.js';

/** The error that the catalogue holds under this id, with the detail that ZITADEL's clients match on. */
export function refused(id: ErrorId): ContractError {
  const { code, text } = errorCatalogue[id];
  const value = create(ErrorDetailSchema, { id, message: text });
  return new ContractError({ code, text, id, details: [{ schema: ErrorDetailSchema, value }] });
}
