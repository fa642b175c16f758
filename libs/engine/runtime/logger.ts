import { type DestinationStream, type Logger, pino } from 'pino';
import type { Configuration } from './configuration.js';
import { lineBatches } from './line-batches.js';

/** The standard error stream: the standard output stays free for what a program prints. */
const STDERR = 2;

/** What the libraries ask of a log. */
export interface Log {
  /** What helps to find a fault in the settings, and would be too much otherwise. */
  debug?(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A structured log on the standard error stream: one JSON object a line, or one readable line on a terminal. */
export async function createLogger(level: string, format: Configuration['logFormat'] = 'auto'): Promise<Logger> {
  const isPretty = format === 'auto' ? process.stderr.isTTY === true : format === 'pretty';
  return pino(
    { name: 'appledger', level, base: undefined, timestamp: timeField(Date.now) },
    isPretty ? await prettyLines() : lineBatches(STDERR),
  );
}

/**
 * Pino's `time` field in ISO 8601. Lines of the same millisecond share its text: at thousands of lines a second, to
 * format a date for each is a quarter of a line's cost.
 *
 * @param now in milliseconds since 1970
 */
export function timeField(now: () => number): () => string {
  let at = Number.NaN;
  let field = '';
  return () => {
    const time = now();
    if (time !== at) {
      at = time;
      field = `,"time":"${new Date(time).toISOString()}"`;
    }
    return field;
  };
}

/** Lines are written at once, so that they stand where they belong between what the program prints. */
async function prettyLines(): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const prettify = prettyFactory({
    colorize: process.stderr.hasColors?.() === true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'name',
    singleLine: true,
  });
  const terminal = pino.destination({ fd: STDERR, sync: true });
  return { write: (line) => void terminal.write(prettify(line)) };
}
