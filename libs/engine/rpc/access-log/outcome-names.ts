import { CANCELLED, Code, OK, type Outcome } from '#libs/engine/errors/code.js';
import { httpStatus } from '../errors/http-status.js';

/** The name of each code, by number. */
export const outcomeNames: Readonly<Record<number, string>> = Object.fromEntries([
  ['0', 'OK'],
  [`${CANCELLED}`, 'CANCELLED'],
  ...Object.entries(Code).map(([name, code]) => [`${code}`, name]),
]);

const CODES = Object.entries(httpStatus).map(([code, status]) => [status, Number(code) as Code] as const);

/** The outcome of an answer that does not belong to a call, by its HTTP status. */
export function outcomeOf(status: number): Outcome {
  if (status < 400) return OK;
  const known = CODES.find(([candidate]) => candidate === status)?.[1];
  return known ?? (status < 500 ? Code.INVALID_ARGUMENT : Code.INTERNAL);
}
