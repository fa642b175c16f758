import { httpStatus } from '#libs/engine/rpc/errors/http-status.js';
import { features } from '#libs/registry/features.js';
import type { Answer } from './api.js';

/**
 * Expects that a call was refused by this id, with the code and the text that its feature declares.
 *
 * @param detail what the text says of this case; undefined: nothing
 */
export function expectRefused({ status, body }: Answer, id: string, detail?: RegExp): void {
  const refusal = features.refusals[id];
  if (refusal === undefined) throw new Error(`no feature declares the refusal ${id}`);
  const { code, text: reason } = refusal;
  const text = detail === undefined ? reason : body.details?.[0]?.message;
  if (detail !== undefined) expect(text).toMatch(new RegExp(`^${reason}: .*${detail.source}`));
  expect(body).toEqual({
    code,
    message: `${text} (${id})`,
    details: [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text }],
  });
  expect(status).toBe(httpStatus[code]);
}
