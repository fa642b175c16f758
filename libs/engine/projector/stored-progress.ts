import { setTimeout as delay } from 'node:timers/promises';
import { Progress } from '#libs/engine/consumer/progress.js';
import { type Collection, type DocumentReader, NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';

/** How long to wait before the checkpoint is read again: short at first, because most projections are quick. */
const FIRST_WAIT_MS = 2;
const LONGEST_WAIT_MS = 20;

/** The position of documents whose checkpoint has not been read. */
const NOT_ASKED = NOTHING_PROJECTED - 1n;

/**
 * The checkpoints of documents that another process writes. A checkpoint is polled while a query waits for it, once for
 * all queries that wait.
 */
export class StoredProgress {
  private readonly followed = new Map<string, Followed>();

  constructor(private readonly documents: DocumentReader) {}

  /** The newest position that the documents are known to have reached; below every position before they are asked. */
  reached({ name }: Collection<object>): bigint {
    return this.followed.get(name)?.progress.position ?? NOT_ASKED;
  }

  /** Reads the checkpoint of the documents. @throws ReadModelUnavailableError */
  async read(collection: Collection<object>): Promise<bigint> {
    const checkpoint = await this.documents.checkpoint(collection);
    this.follow(collection).progress.moveTo(checkpoint);
    return checkpoint;
  }

  /**
   * Resolves to true as soon as the documents have reached the position, to false when the time is over first.
   *
   * @throws ReadModelUnavailableError
   */
  async waitFor(collection: Collection<object>, position: bigint, timeoutMs: number): Promise<boolean> {
    // A checkpoint goes back only when the documents are built again, and then none serve meanwhile.
    if (position <= this.reached(collection)) return true;
    if (timeoutMs <= 0) return position <= (await this.read(collection));
    const followed = this.follow(collection);
    const reached = followed.progress.waitFor(position, timeoutMs);
    followed.reading ??= this.readWhileWanted(collection, followed);
    return Promise.race([reached, followed.reading.then(() => reached)]);
  }

  private follow({ name }: Collection<object>): Followed {
    let followed = this.followed.get(name);
    if (followed === undefined) {
      followed = { progress: new Progress(NOT_ASKED), reading: undefined };
      this.followed.set(name, followed);
    }
    return followed;
  }

  private async readWhileWanted(collection: Collection<object>, followed: Followed): Promise<void> {
    const { progress } = followed;
    try {
      for (let waitMs = FIRST_WAIT_MS; progress.isWanted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
        await this.read(collection);
        if (progress.isWanted) await delay(waitMs);
      }
    } finally {
      followed.reading = undefined; // A wait that begins from now on reads again.
    }
  }
}

interface Followed {
  readonly progress: Progress;
  /** Under way while somebody waits. */
  reading: Promise<void> | undefined;
}
