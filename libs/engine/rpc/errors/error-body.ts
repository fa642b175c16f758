import type { ContractError } from '#libs/engine/errors/contract-error.js';
import { jsonOf } from './error-detail.js';

/** The JSON text of an error, as a gRPC gateway writes a status with its details. */
export function errorBody({ code, message, details }: ContractError): string {
  return JSON.stringify({ code, message, details: details.map(jsonOf) });
}
