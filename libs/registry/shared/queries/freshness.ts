import { Inject, Injectable } from '@nestjs/common';
import { type DocumentReader, NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';
import type { Source, Wanted } from '#libs/engine/documents/port/source.js';
import { lowest } from '#libs/engine/kernel/lowest.js';
import { DOCUMENTS, READ_CONSISTENCY, READ_MODEL_PROGRESS, READ_PATIENCE } from '#libs/engine/runtime/tokens.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import type { ReadContext } from './read-context.js';

/** Says how far projections have come. */
export interface ReadModelProgress {
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

  /** Waits until the sources are new enough, or says how far they are when that takes longer than the patience. */
  async await(sources: readonly Source[], { atLeast, onStale }: ReadContext): Promise<void> {
    const { newest } = this.watermark;
    const position = atLeast === undefined || atLeast < newest ? newest : atLeast;
    const wanted = { sources, position, asTheStore: this.consistency === 'store' };
    if (await this.progress.waitUntilFresh(wanted, this.patienceMs)) return;
    const checkpoints = await Promise.all(sources.map(({ collection }) => this.documents.checkpoint(collection)));
    onStale(lowest(checkpoints, NOTHING_PROJECTED));
  }
}
