import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { Log } from '#libs/engine/runtime/logger.js';

/**
 * Writes groups beside the log's events. Checkpoints are collected while a write is under way and then written
 * together; one that cannot be written is tried again with the next, for it is only where delivery resumes.
 */
export class GroupKeeper {
  #pending = new Map<string, Checkpoint>();
  #writing: Promise<void> | undefined;

  constructor(
    private readonly log: EmbeddedLog,
    private readonly logger: Log,
  ) {}

  /** Keeps a checkpoint some time soon; `written` is called when it is on disk, unless a later one has replaced it. */
  checkpoint(id: string, value: Buffer, written: () => void): void {
    this.#pending.set(id, { value, written });
    this.#writing ??= this.#writePending();
  }

  /** Keeps a group, or forgets it (undefined); resolves when that is on disk. @throws EventStoreUnavailableError */
  async keep(id: string, value: Buffer | undefined): Promise<void> {
    // A checkpoint that could not be written would come again, after the group has changed or is gone.
    await this.#writing;
    this.#pending.delete(id);
    await this.log.writeGroups(new Map([[id, value]]));
  }

  /** Writes the checkpoints that are still to be written. Never rejects. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#pending.size > 0) await this.#writePending();
  }

  async #writePending(): Promise<void> {
    while (this.#pending.size > 0) {
      const checkpoints = this.#pending;
      this.#pending = new Map();
      try {
        await this.log.writeGroups(new Map(Array.from(checkpoints, ([id, { value }]) => [id, value])));
        for (const { written } of checkpoints.values()) written();
      } catch (error) {
        this.logger.warn(
          { error },
          'checkpoints of persistent subscriptions could not be written: events may come again',
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
