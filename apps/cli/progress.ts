import type { WriteStream } from 'node:tty';
import type { TellProgress } from '#libs/engine/operations/operation.js';

/** Where the terminal does not say how wide it is. */
const USUAL_COLUMNS = 80;

const BACK_TO_START = '\r\x1b[K';

/** A line that says how far a command is. */
export interface Progress {
  readonly tell: TellProgress;
  /** Takes the line away, before something else is printed. */
  end(): void;
}

/** Shows progress to a person at a terminal, in one line that is written again and again; to nobody else. */
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
