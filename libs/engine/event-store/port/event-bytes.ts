import type { EventToAppend } from './event-store.js';

/** An event with its data and metadata written out as JSON; a value that is not there takes no bytes. */
export interface JsonEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: true;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/**
 * Writes events out. Those that come to one writer often share their metadata, which is then written out once.
 *
 * @throws TypeError data is not plain JSON
 */
export function jsonEventWriter(): (events: readonly EventToAppend[]) => readonly JsonEvent[] {
  let shared: unknown;
  let sharedBytes: Buffer = NOTHING;
  return (events) =>
    events.map(({ id, type, data, metadata }) => {
      if (metadata !== shared) {
        shared = metadata;
        sharedBytes = jsonBytes(metadata);
      }
      return { id, type, isJson: true, data: jsonBytes(data), metadata: sharedBytes };
    });
}

const NOTHING = Buffer.alloc(0);

function jsonBytes(value: unknown): Buffer {
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? NOTHING : Buffer.from(json);
}
