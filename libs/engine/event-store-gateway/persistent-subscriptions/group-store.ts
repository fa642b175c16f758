import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { Log } from '#libs/engine/runtime/logger.js';

/**
 * Stores groups and their checkpoints beside the events of the log. Checkpoints that come in during a write are written
 * together. A checkpoint that could not be written is retried with the next one: losing it only means that some events
 * are delivered again after a restart.
 */
export class GroupStore {
  #pending = new Map<string, Checkpoint>();
  #writing: Promise<void> | undefined;

  constructor(
    private readonly log: EmbeddedLog,
    private readonly logger: Log,
  ) {}

  /** Writes a checkpoint soon; `written` is called when it is on disk, unless a later checkpoint has replaced it. */
  writeCheckpointLater(id: string, value: Buffer, written: () => void): void {
    this.#pending.set(id, { value, written });
    this.#writing ??= this.#writePending();
  }

  /**
   * Writes a group, or deletes it (undefined); resolves when that is on disk.
   *
   * @throws EventStoreUnavailableError
   */
  async write(id: string, value: Buffer | undefined): Promise<void> {
    // A pending checkpoint must not overwrite the group after it was changed or deleted.
    await this.#writing;
    this.#pending.delete(id);
    await this.log.writePersistentSubscriptions(new Map([[id, value]]));
  }

  /** Writes the pending checkpoints. Never rejects. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#pending.size > 0) await this.#writePending();
  }

  async #writePending(): Promise<void> {
    while (this.#pending.size > 0) {
      const checkpoints = this.#pending;
      this.#pending = new Map();
      try {
        await this.log.writePersistentSubscriptions(new Map(Array.from(checkpoints, ([id, { value }]) => [id, value])));
        for (const { written } of checkpoints.values()) written();
      } catch (error) {
        this.logger.warn(
          { error },
          'checkpoints of persistent subscriptions could not be written: events may be delivered again',
        );
        this.#pending = new Map([...checkpoints, ...this.#pending]);
        break;
      }
    }
    this.#writing = undefined;
  }
}

interface Checkpoint {
  readonly value: Buffer;
  readonly written: () => void;
}
