import { EventStoreUnavailableError } from '../port/event-store.errors.js';

/** A damaged part of the log. */
export interface Damage {
  /** Name of the segment's file. */
  readonly segment: string;
  /** The offsets in the segment of the part, and of the next intact record or the segment's end. */
  readonly offset: number;
  readonly end: number;
  /** Position of the first event that is lost. */
  readonly position: number;
  /** The number of lost events, from the positions of the records around them; undefined: not known. */
  readonly events: number | undefined;
  /** The stream of the lost event, if it is known. */
  readonly stream?: string | undefined;
  /** The fault, as text. */
  readonly fault: string;
}

/** Describes a damage in one line. */
export function damageText({ segment, offset, end, position, events, stream, fault }: Damage): string {
  const count = events === undefined ? '' : events === 1 ? '1 event' : `${events} events`;
  const of = stream === undefined ? 'stream not known' : `stream ${stream}`;
  const size = `${end - offset} bytes at offset ${offset}`;
  return `segment ${segment}, ${size}, position ${position}${count && ` (${count})`}, ${of}: ${fault}`;
}

/** A requested event is damaged. All other events can be read. */
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
