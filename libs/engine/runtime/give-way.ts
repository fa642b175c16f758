import { getPriority, setPriority } from 'node:os';

/** Where threads of both priorities want the same processor, the others get three times the share. */
const LOWER_BY = 5;

const LOWEST = 19;

/**
 * Lowers the priority of the calling thread, so that it gives way to those that serve requests. On systems other than
 * Linux it would be that of the whole process, and stays.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  // A process that was started with a lower priority may not raise it.
  setPriority(Math.min(LOWEST, getPriority() + LOWER_BY));
}
