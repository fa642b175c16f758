import { Inject, Injectable } from '@nestjs/common';
import { type DocumentReader, NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';
import type { Source, Wanted } from '#libs/engine/documents/port/source.js';
import { lowest } from '#libs/engine/kernel/lowest.js';
import { DOCUMENTS, READ_CONSISTENCY, READ_MODEL_PROGRESS, READ_PATIENCE } from '#libs/engine/runtime/tokens.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import type { ReadContext } from './read-context.js';

/** Says how far projections have come. */
export interface ReadModelProgress {
  /** Whether the documents are known to be as new as wanted, without asking anybody. */
  isFresh(wanted: Wanted): boolean;

  /**
   * Resolves to true as soon as the documents are as new as wanted; to false when the time is over first, or when the
   * event store cannot say how new that is.
   */
  waitUntilFresh(wanted: Wanted, patienceMs: number): Promise<boolean>;
}

/**
 * How new answers are. `store`: as new as the event store was when the query came, whichever process has written. `node`: they
 * hold what this process has written, and what the caller names.
 */
export type ReadConsistency = 'store' | 'node';

/** What {@link Freshness.waitUntilFresh} answers for sources that are fresh already. */
export const FRESH = Promise.resolve();

/** Makes queries wait until the documents are new enough. */
@Injectable()
export class Freshness {
  constructor(
    private readonly watermark: Watermark,
    @Inject(READ_MODEL_PROGRESS) private readonly progress: ReadModelProgress,
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    @Inject(READ_PATIENCE) private readonly patienceMs: number,
    @Inject(READ_CONSISTENCY) private readonly consistency: ReadConsistency,
  ) {}

  /**
   * Resolves as soon as the sources are new enough. When that takes longer than the patience, it tells the context how
   * far they are. Sources that are fresh already cost no promise of their own.
   */
  waitUntilFresh(sources: readonly Source[], { atLeast, onStale }: ReadContext): Promise<void> {
    const { newest } = this.watermark;
    const position = atLeast === undefined || atLeast < newest ? newest : atLeast;
    const wanted = { sources, position, asTheStore: this.consistency === 'store' };
    return this.progress.isFresh(wanted) ? FRESH : this.#wait(wanted, onStale);
  }

  /**
   * Whether the sources hold every event that is in the event store now, whatever {@link ReadConsistency} says: true at
   * once where that is known, otherwise when it is, at the latest after the patience.
   *
   * @throws ReadModelUnavailableError the documents cannot be read
   */
  untilCurrent(sources: readonly Source[]): true | Promise<boolean> {
    const wanted = { sources, position: this.watermark.newest, asTheStore: true };
    return this.progress.isFresh(wanted) || this.progress.waitUntilFresh(wanted, this.patienceMs);
  }

  async #wait(wanted: Wanted, onStale: ReadContext['onStale']): Promise<void> {
    const { sources } = wanted;
    if (await this.progress.waitUntilFresh(wanted, this.patienceMs)) return;
    const checkpoints = await Promise.all(sources.map(({ collection }) => this.documents.checkpoint(collection)));
    onStale(lowest(checkpoints, NOTHING_PROJECTED));
  }
}
