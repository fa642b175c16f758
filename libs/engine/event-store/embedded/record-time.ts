import { assertClockWithin } from '#libs/engine/kernel/clock.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { LogLocation } from './log-location.js';
import { MAX_RECORDED_AT } from './record.js';

/**
 * The time of recording of new records.
 *
 * @param now the clock's time, in milliseconds since 1970
 * @throws EventStoreUnavailableError a record cannot contain this time: the clock is wrong, not the disk
 */
export function recordTime({ folder }: Pick<LogLocation, 'folder'>, now: number): number {
  try {
    assertClockWithin(now, 0, MAX_RECORDED_AT);
    return now;
  } catch (cause) {
    throw new EventStoreUnavailableError(`the event store ${folder} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
