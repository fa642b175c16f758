import type { Log } from '#libs/engine/runtime/logger.js';
import type { GenerationRunner } from './generation-runner.js';
import { isOutage } from './outage.js';

/** How often a line says how far the building is. */
const PROGRESS_LINE_MS = 5_000;

/** What the log is told of how a projection is kept. */
export class KeeperLog {
  private isInterrupted = false;
  /** Which generation is being built, and when that was told last. */
  private building: { readonly kept: GenerationRunner; toldAt: number } | undefined;

  constructor(
    private readonly projection: string,
    private readonly log: Log,
  ) {}

  /** It could not be kept, and is tried again. A store that is away is told of once. */
  interrupted(err: unknown): void {
    const { projection } = this;
    if (!isOutage(err)) this.log.error({ err, projection }, 'a projection could not be kept, trying again');
    else if (!this.isInterrupted) this.log.warn({ err, projection }, 'projection interrupted, trying again');
    this.isInterrupted = true;
  }

  /** It is kept again. */
  resumed(): void {
    this.isInterrupted = false;
  }

  /** A generation is being built; told of from time to time. */
  filling(kept: GenerationRunner | undefined): void {
    if (kept === undefined) return;
    if (this.building?.kept !== kept) this.building = { kept, toldAt: performance.now() };
    if (performance.now() - this.building.toldAt < PROGRESS_LINE_MS) return;
    this.building.toldAt = performance.now();
    const { projection } = this;
    this.log.info({ projection, generation: kept.number }, `${projection} are being built: ${kept.progressLine()}`);
  }

  /** A generation that has been built serves now. */
  switched({ number: generation, events, elapsedMs }: GenerationRunner): void {
    const { projection } = this;
    const seconds = (elapsedMs / 1_000).toFixed(1);
    const text = `${projection} have been built from ${events} events in ${seconds} s and serve now`;
    this.log.info({ projection, generation, events }, text);
  }

  /** Documents are of another event log, and are built again. */
  setAside(generation: number, reason: string): void {
    const { projection } = this;
    const text = `the documents of ${projection} are not of this event log: they are set aside and built again`;
    this.log.warn({ projection, generation, reason }, text);
  }

  /** An event is left out, as an operator decided. */
  skipped(event: string): void {
    this.log.warn({ projection: this.projection, event }, 'an event is left out, as an operator decided');
  }
}
