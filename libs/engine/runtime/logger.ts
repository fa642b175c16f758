import { type DestinationStream, type Logger, pino } from 'pino';
import type { Configuration } from './configuration.js';
import { lineBatches } from './line-batches.js';

/** The standard error stream: standard output is reserved for the program's results. */
const STDERR = 2;

/** Pino's number of the level info. */
const INFO = pino.levels.values.info;

/** The logger that the libraries use. */
export interface Log {
  /** Details for finding an error in the configuration. */
  debug?(fields: object, message: string): void;
  info(fields: object, message: string): void;
  /**
   * Writes a line at level info whose fields are JSON already, such as `"a":1,"b":"c"`: for lines that are as frequent
   * as requests.
   */
  infoJson?(fields: string, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A structured log on the standard error stream: one JSON object a line, or one readable line on a terminal. */
export async function createLogger(
  level: string,
  format: Configuration['logFormat'] = 'auto',
): Promise<Logger & Required<Pick<Log, 'infoJson'>>> {
  const isPretty = format === 'auto' ? process.stderr.isTTY === true : format === 'pretty';
  return jsonLogger(level, isPretty ? await prettyLines() : lineBatches(STDERR));
}

/** A logger that writes one JSON object a line to a destination. */
export function jsonLogger(level: string, lines: DestinationStream): Logger & Required<Pick<Log, 'infoJson'>> {
  const time = timeField(Date.now);
  const logger = pino({ name: 'appledger', level, base: undefined, timestamp: time }, lines);
  const infoJson = (fields: string, message: string): void => {
    if (!logger.isLevelEnabled('info')) return;
    lines.write(`{"level":${INFO}${time()},"name":"appledger",${fields},"msg":${JSON.stringify(message)}}\n`);
  };
  return Object.assign(logger, { infoJson });
}

/**
 * Pino's `time` field in ISO 8601. Lines of the same millisecond share its text: at thousands of lines a second,
 * formatting a date for each line is a quarter of its cost.
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

/** Lines are written immediately, so that they appear in order with what the program prints. */
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
