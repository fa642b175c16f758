import { type EventMark, markFrom, type StoredMark, storedMark } from '#libs/engine/kernel/event-mark.js';

/** The checkpoint of a collection. */
export interface Checkpoint {
  readonly position: bigint;
  /** When the newest event up to it was recorded, in milliseconds since 1970. */
  readonly recordedAt: number | undefined;
  /** That event. */
  readonly lastEvent: EventMark | undefined;
  /** The identity of its log. */
  readonly log: string | undefined;
}

/** A checkpoint as it is stored: JSON has no bigint. */
export interface StoredCheckpoint {
  readonly position: string;
  readonly recordedAt?: number;
  readonly lastEvent?: StoredMark;
  readonly log?: string;
}

/** Makes a checkpoint storable. */
export function storedCheckpoint({ position, recordedAt, lastEvent, log }: Checkpoint): StoredCheckpoint {
  return {
    position: `${position}`,
    ...(recordedAt !== undefined && { recordedAt }),
    ...(lastEvent && { lastEvent: storedMark(lastEvent) }),
    ...(log !== undefined && { log }),
  };
}

/** Reads a stored checkpoint. */
export function checkpointFrom({ position, recordedAt, lastEvent, log }: StoredCheckpoint): Checkpoint {
  return { position: BigInt(position), recordedAt, lastEvent: lastEvent && markFrom(lastEvent), log };
}
