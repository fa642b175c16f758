import { type DestinationStream, pino } from 'pino';

/** How many characters are collected before they are written, unless the time is over first. */
const BATCH_CHARACTERS = 32_768;
/** How long a line waits for others at most, in milliseconds. */
const FLUSH_MS = 100;
/** What is dropped beyond this while nobody reads the file: a log must not fill the memory. */
const MAX_WAITING_BYTES = 8_388_608;

/**
 * A file descriptor to which lines are written in batches: a write for every request would cost as much as the request.
 * What waits when the process ends is written then, unless it is killed.
 */
export function lineBatches(fd: number): DestinationStream {
  const file = pino.destination({ fd, sync: false, maxLength: MAX_WAITING_BYTES });
  let waiting = '';
  const flush = () => {
    if (waiting !== '') file.write(waiting);
    waiting = '';
  };
  setInterval(flush, FLUSH_MS).unref();
  process.once('exit', () => {
    flush();
    file.flushSync();
  });
  return {
    write(line) {
      waiting += line;
      if (waiting.length >= BATCH_CHARACTERS) flush();
    },
  };
}
