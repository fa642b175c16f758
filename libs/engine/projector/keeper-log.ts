import type { Log } from '#libs/engine/runtime/logger.js';
import type { GenerationRunner } from './generation-runner.js';
import { isOutage } from './outage.js';

/** How often a line reports the progress of a rebuild. */
const PROGRESS_LINE_MS = 5_000;

/** Writes log lines about a projection. */
export class KeeperLog {
  private isInterrupted = false;
  /** The generation that is being built, and when its progress was logged last. */
  private building: { readonly kept: GenerationRunner; toldAt: number } | undefined;

  constructor(
    private readonly projection: string,
    private readonly log: Log,
  ) {}

  /** A step failed and is tried again. An unavailable store is logged once. */
  interrupted(err: unknown): void {
    const { projection } = this;
    if (!isOutage(err)) this.log.error({ err, projection }, 'a projection could not be kept, trying again');
    else if (!this.isInterrupted) this.log.warn({ err, projection }, 'projection interrupted, trying again');
    this.isInterrupted = true;
  }

  /** A step succeeded. */
  resumed(): void {
    this.isInterrupted = false;
  }

  /** Logs the progress of a generation that is being built, from time to time. */
  filling(kept: GenerationRunner | undefined): void {
    if (kept === undefined) return;
    if (this.building?.kept !== kept) this.building = { kept, toldAt: performance.now() };
    if (performance.now() - this.building.toldAt < PROGRESS_LINE_MS) return;
    this.building.toldAt = performance.now();
    const { projection } = this;
    this.log.info({ projection, generation: kept.number }, `${projection} are being built: ${kept.progressLine()}`);
  }

  /** A generation was built and serves now. */
  switched({ number: generation, events, elapsedMs }: GenerationRunner): void {
    const { projection } = this;
    const seconds = (elapsedMs / 1_000).toFixed(1);
    const text = `${projection} have been built from ${events} events in ${seconds} s and serve now`;
    this.log.info({ projection, generation, events }, text);
  }

  /** Documents come from another event log, and are built again. */
  setAside(generation: number, reason: string): void {
    const { projection } = this;
    const text = `the documents of ${projection} are not of this event log: they are set aside and built again`;
    this.log.warn({ projection, generation, reason }, text);
  }

  /** An event is skipped, as an operator decided. */
  skipped(event: string): void {
    this.log.warn({ projection: this.projection, event }, 'an event is left out, as an operator decided');
  }
}
