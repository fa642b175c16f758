import { Inject, Injectable } from '@nestjs/common';
import { READ_MODEL_PROGRESS } from '#libs/platform/tokens.js';
import { Watermark } from '#libs/platform/watermark.js';

/** Says how far projections have come. */
export interface ReadModelProgress {
  /** Resolves to true as soon as the projection has reached the position, to false when the time is over first. */
  waitFor(projection: string, position: bigint, timeoutMs: number): Promise<boolean>;
}

/** Longer than any projection takes when all is well; then a query answers what there is. */
const PATIENCE_MS = 1_000;

/** Lets a query see what this process has written. */
@Injectable()
export class Freshness {
  constructor(
    private readonly watermark: Watermark,
    @Inject(READ_MODEL_PROGRESS) private readonly progress: ReadModelProgress,
  ) {}

  /** Waits until the projection holds everything appended by this process so far, at most {@link PATIENCE_MS}. */
  async awaitOwnWrites(projection: string): Promise<void> {
    await this.progress.waitFor(projection, this.watermark.newest, PATIENCE_MS);
  }
}
