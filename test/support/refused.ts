import { httpStatus } from '#libs/engine/rpc/errors/http-status.js';
import { features } from '#libs/registry/features.js';
import type { Answer } from './api.js';

/** Expects that a call was refused by this id, with the code and the text that its feature declares. */
export function expectRefused({ status, body }: Answer, id: string): void {
  const refusal = features.refusals[id];
  if (refusal === undefined) throw new Error(`no feature declares the refusal ${id}`);
  const { code, text } = refusal;
  expect(body).toEqual({
    code,
    message: `${text} (${id})`,
    details: [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text }],
  });
  expect(status).toBe(httpStatus[code]);
}
