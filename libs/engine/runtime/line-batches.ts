import { type DestinationStream, pino } from 'pino';

/** Characters that are collected before they are written, unless {@link FLUSH_MS} passes first. */
const BATCH_CHARACTERS = 32_768;
/** The longest time that a line waits for others. */
const FLUSH_MS = 100;
/** Lines beyond this are dropped while nobody reads the file: a log must not fill the memory. */
const MAX_WAITING_BYTES = 8_388_608;

/**
 * A destination that writes lines to a file descriptor in batches: one write per request would cost as much as the
 * request. Lines that wait when the process exits are written then; they are lost if it is killed.
 */
export function lineBatches(fd: number): DestinationStream {
  const file = pino.destination({ fd, sync: false, maxLength: MAX_WAITING_BYTES });
  let waiting = '';
  const flush = () => {
    if (waiting !== '') file.write(waiting);
    waiting = '';
  };
  // One timer, which is started again: a new one for each batch would be garbage. It runs only while lines wait.
  const timer = setTimeout(flush, FLUSH_MS).unref();
  process.once('exit', () => {
    flush();
    file.flushSync();
  });
  return {
    write(line) {
      if (waiting === '') timer.refresh();
      waiting += line;
      if (waiting.length >= BATCH_CHARACTERS) flush();
    },
  };
}
