import type { EventToAppend } from './event-store.js';

/** An event with its data and metadata serialized as JSON; an undefined value has no bytes. */
export interface JsonEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: true;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/**
 * Creates a serializer of events. Events that share the same metadata object have it serialized once.
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

/** A recorded event with its data and metadata as the bytes that were written. */
export interface RecordedBytes {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly type: string;
  /** The writer has marked data and metadata as JSON. */
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** When the store recorded it, in milliseconds since 1970. */
  readonly recordedAt: number;
}
