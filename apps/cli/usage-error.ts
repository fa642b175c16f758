/** The command line, or the environment, asks for what there is not; the message says what there is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The exit code when something was found or went wrong. */
export const FAILED = 1;
const MISUSED = 2;

/** The exit code of a program that ends with an error. */
export function exitCodeFor(error: unknown): number {
  return error instanceof UsageError ? MISUSED : FAILED;
}
