import { httpStatus } from '#libs/engine/rpc/core/http-status.js';
import { type ErrorId, errorCatalogue } from '#libs/registry/contract/errors/error-catalogue.js';
import type { Answer } from './api.js';

/** Expects that a call was refused by this id, with the code and the text that the catalogue holds for it. */
export function expectRefused({ status, body }: Answer, id: ErrorId): void {
  const { code, text } = errorCatalogue[id];
  expect(body).toEqual({
    code,
    message: `${text} (${id})`,
    details: [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text }],
  });
  expect(status).toBe(httpStatus[code]);
}
