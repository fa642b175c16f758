import type { ContractError } from '#libs/engine/errors/contract-error.js';

/** An error's JSON text, as a gRPC gateway writes a status with its details. */
export function errorBody({ code, message, id, text }: ContractError): string {
  const details =
    id === undefined ? [] : [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text }];
  return JSON.stringify({ code, message, details });
}
