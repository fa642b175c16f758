import { type Logger, pino } from 'pino';

/** A structured log: one JSON object a line on the standard error stream, so that the standard output stays free. */
export function createLogger(level: string): Logger {
  return pino(
    { name: 'appledger', level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
}

/** What the libraries ask of a log. */
export interface Log {
  /** What helps to find a fault in the settings, and would be too much otherwise. */
  debug?(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
