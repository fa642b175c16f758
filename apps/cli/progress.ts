import type { WriteStream } from 'node:tty';
import type { TellProgress } from '#libs/engine/operations/operation.js';

/** The width of a terminal that does not report one. */
const USUAL_COLUMNS = 80;

const BACK_TO_START = '\r\x1b[K';

/** A progress line. */
export interface Progress {
  readonly tell: TellProgress;
  /** Removes the line before something else is printed. */
  end(): void;
}

/** Shows progress in one line that is overwritten, if the stream is a terminal; otherwise shows nothing. */
export function progressOn(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>): Progress {
  if (!stream.isTTY) return { tell: () => undefined, end: () => undefined };
  let isShown = false;
  return {
    tell: (line) => {
      isShown = true;
      stream.write(`${BACK_TO_START}${line.slice(0, (stream.columns || USUAL_COLUMNS) - 1)}`);
    },
    end: () => {
      if (isShown) stream.write(BACK_TO_START);
      isShown = false;
    },
  };
}
