import { type EventMark, markFrom, type StoredMark, storedMark } from '#libs/engine/kernel/event-mark.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';

/** How far a consumer has come. */
export interface Checkpoint {
  /** Every event up to and including this position in $all has been handled. */
  readonly position: bigint;
  /** The newest event that was handled; undefined: none. It shows after a restore whether the log is still the same. */
  readonly lastEvent: EventMark | undefined;
}

/** Where a consumer keeps its checkpoint. */
export interface CheckpointStore {
  /** The checkpoint that was saved last; undefined: none. */
  load(): Promise<Checkpoint | undefined>;

  /**
   * Replaces the checkpoint that was loaded or saved last through this object.
   *
   * @throws CheckpointConflictError another process has saved one meanwhile, and nothing was written
   */
  save(checkpoint: Checkpoint): Promise<void>;
}

/** Another process has saved a checkpoint of the same consumer: load it and go on from there. */
export class CheckpointConflictError extends Error {
  override readonly name = 'CheckpointConflictError';

  constructor(consumer: string) {
    super(`another process has saved a checkpoint of consumer ${consumer}`);
  }
}

/** A checkpoint that had been saved is gone. To begin again would handle every event once more. */
export class CheckpointLostError extends Error {
  override readonly name = 'CheckpointLostError';

  constructor(consumer: string) {
    super(
      `the checkpoint of consumer ${consumer} is gone: it stops, and begins with the first event when it is started again`,
    );
  }
}

/** A checkpoint as it is stored: JSON has no bigint. */
interface StoredCheckpoint {
  readonly position: string;
  readonly lastEvent?: StoredMark;
}

/** The record of a consumer is this text and its name. */
const RECORD = 'checkpoint of consumer ';

/** Whether a record holds the checkpoint of a consumer, which no events can restore. */
export function isCheckpointRecord(name: string): boolean {
  return name.startsWith(RECORD);
}

/** Keeps a consumer's checkpoint in a record. The record's version keeps two processes from overwriting each other. */
export class RecordedCheckpoint implements CheckpointStore {
  readonly #record: string;
  #version: number | undefined;

  /** @param consumer its name; two consumers with one name share the checkpoint */
  constructor(
    private readonly records: RecordStore,
    private readonly consumer: string,
  ) {
    this.#record = RECORD + consumer;
  }

  async load(): Promise<Checkpoint | undefined> {
    const stored = await this.records.record<StoredCheckpoint>(this.#record);
    this.#version = stored?.version;
    return stored && parsed(stored.value);
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    const version = await this.records.putRecord(this.#record, stored(checkpoint), this.#version);
    if (version === undefined) throw new CheckpointConflictError(this.consumer);
    this.#version = version;
  }
}

function stored({ position, lastEvent }: Checkpoint): StoredCheckpoint {
  return { position: `${position}`, ...(lastEvent && { lastEvent: storedMark(lastEvent) }) };
}

function parsed({ position, lastEvent }: StoredCheckpoint): Checkpoint {
  return { position: BigInt(position), lastEvent: lastEvent && markFrom(lastEvent) };
}
