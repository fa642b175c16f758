import { messageOf } from './message-of.js';

/**
 * How a store in another process is.
 *
 * @param ask asks it something small; rejects when it does not answer
 * @param writeFailure why the last write could not be made although it answers; undefined: it was
 */
export async function remoteHealth(
  ask: () => Promise<unknown>,
  writeFailure: () => Error | undefined,
): Promise<{ readonly readable: boolean; readonly writable: boolean; readonly detail?: string }> {
  try {
    await ask();
  } catch (error) {
    return { readable: false, writable: false, detail: messageOf(error) };
  }
  const failure = writeFailure();
  return { readable: true, writable: failure === undefined, ...(failure && { detail: failure.message }) };
}
