import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { httpStatus } from '#libs/engine/rpc/errors/http-status.js';
import type { Answer } from './api.js';

const ROW = /^\| `(?<id>[^`]+)` \| (?<code>\d+) \w+ \| (?<text>.*?) \| /;

/** The refusals in docs/errors.md, which is generated: importing the features would take seconds in each spec. */
const refusals = new Map(
  readFileSync(resolve(import.meta.dirname, '../../docs/errors.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const row = ROW.exec(line)?.groups as Record<'id' | 'code' | 'text', string> | undefined;
      return row === undefined ? [] : [[row.id, { code: Number(row.code), text: row.text }] as const];
    }),
);

/**
 * Expects that a call was refused by this id, with the code and the text that docs/errors.md names.
 *
 * @param detail what the text says of this case; undefined: nothing
 */
export function expectRefused({ status, body }: Answer, id: string, detail?: RegExp): void {
  const refusal = refusals.get(id);
  if (refusal === undefined) throw new Error(`docs/errors.md does not name the refusal ${id}`);
  const { code, text: reason } = refusal;
  const text = detail === undefined ? reason : body.details?.[0]?.message;
  if (detail !== undefined) expect(text).toMatch(new RegExp(`^${reason}: .*${detail.source}`));
  expect(body).toEqual({
    code,
    message: `${text} (${id})`,
    details: [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text }],
  });
  expect(status).toBe(httpStatus[code as keyof typeof httpStatus]);
}
