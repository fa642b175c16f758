import { EventStoreUnavailableError } from '../port/event-store.errors.js';

/** A part of the log that is not what was written. */
export interface Damage {
  /** Name of the segment's file. */
  readonly segment: string;
  /** Where the part begins in the segment, and where the next whole record begins or the segment ends. In bytes. */
  readonly offset: number;
  readonly end: number;
  /** Position of the first event that is lost. */
  readonly position: number;
  /** How many events are lost, as far as the positions of the records around them say. */
  readonly events: number | undefined;
  /** The stream, if it is known. */
  readonly stream?: string | undefined;
  /** What is wrong. */
  readonly fault: string;
}

/** One line about a damage. */
export function damageText({ segment, offset, end, position, events, stream, fault }: Damage): string {
  const count = events === undefined ? '' : events === 1 ? '1 event' : `${events} events`;
  const of = stream === undefined ? 'stream not known' : `stream ${stream}`;
  const size = `${end - offset} bytes at offset ${offset}`;
  return `segment ${segment}, ${size}, position ${position}${count && ` (${count})`}, ${of}: ${fault}`;
}

/** What is to be read is damaged. Everything else can be read. */
export class DamagedLogError extends EventStoreUnavailableError {
  /** @param folder of the log */
  constructor(
    folder: string,
    readonly damage: Damage,
  ) {
    super(
      `the event store ${folder} is damaged: ${damageText(damage)}. Restore a back-up, or copy what is whole with "appledger log salvage"`,
    );
  }
}
