import { Inject, Injectable } from '@nestjs/common';
import { DOCUMENTS, READ_MODEL_PROGRESS, READ_PATIENCE } from '#libs/platform/tokens.js';
import { Watermark } from '#libs/platform/watermark.js';
import type { Collection, DocumentReader } from '#libs/read-model/port/read-model.js';
import type { ReadContext } from './read-context.js';

/** Says how far projections have come. */
export interface ReadModelProgress {
  /** Resolves to true as soon as the projection has reached the position, to false when the time is over first. */
  waitFor(projection: string, position: bigint, timeoutMs: number): Promise<boolean>;
}

/** Lets a query see what this process has written, and what the caller knows to have been written elsewhere. */
@Injectable()
export class Freshness {
  constructor(
    private readonly watermark: Watermark,
    @Inject(READ_MODEL_PROGRESS) private readonly progress: ReadModelProgress,
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    @Inject(READ_PATIENCE) private readonly patienceMs: number,
  ) {}

  /** Waits until the documents hold it, or says how far they are when that takes longer than the configured patience. */
  async await(collection: Collection<object>, { atLeast, onStale }: ReadContext): Promise<void> {
    const { newest } = this.watermark;
    const wanted = atLeast === undefined || atLeast < newest ? newest : atLeast;
    if (await this.progress.waitFor(collection.name, wanted, this.patienceMs)) return;
    onStale(await this.documents.checkpoint(collection));
  }
}
