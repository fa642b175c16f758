/** The command line or the environment is wrong; the message says how to correct it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The exit code for a failure, or for a result that needs attention. */
export const FAILED = 1;
const MISUSED = 2;

/** The exit code of a program that ends with an error. */
export function exitCodeFor(error: unknown): number {
  return error instanceof UsageError ? MISUSED : FAILED;
}
