import { printable } from '../printable.js';
import type { EventJson } from './event-source.js';

/** Writes events as lines. */
export interface EventLines {
  /** Before the first event. */
  readonly heading: readonly string[];
  line(event: EventJson): string;
}

/** Characters of the data in a row of the table. */
const SHOWN_DATA = 100;

/** A table for people. The widths of its columns are fixed: the next event is not known when a row is written. */
export const eventTable: EventLines = {
  heading: [row(['time', 'type', 'subject', 'by', 'data'])],
  line: ({ time, type, subject, editor = '', data = {} }) =>
    row([time, type, subject, editor, shortened(JSON.stringify(data))]),
};

/** The JSON of an event in each line. */
export const eventJsonLines: EventLines = { heading: [], line: (event) => JSON.stringify(event) };

function row([time = '', type = '', subject = '', by = '', data = '']: readonly string[]): string {
  return printable(`${time.padEnd(24)}  ${type.padEnd(42)}  ${subject.padEnd(18)}  ${by.padEnd(18)}  ${data}`);
}

function shortened(text: string): string {
  return text.length <= SHOWN_DATA ? text : `${text.slice(0, SHOWN_DATA - 1)}…`;
}
