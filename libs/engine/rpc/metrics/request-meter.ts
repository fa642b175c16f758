import { Code, type Outcome } from '#libs/engine/errors/code.js';
import { DurationMeter } from '#libs/engine/runtime/duration-meter.js';

/** Upper ends of the histogram's buckets, in milliseconds. */
const BUCKETS_MS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

const CODES = Math.max(...Object.values(Code)) + 1;

/** Counts the requests of one method over one protocol, in plain numbers like a {@link DurationMeter}. */
export class RequestMeter {
  /** Number of requests by the code of their answer. */
  readonly answers = new Float64Array(CODES);
  /** Number of open streams. */
  openStreams = 0;
  /** Durations of the requests that have run. */
  readonly durations = new DurationMeter(BUCKETS_MS);

  /** Counts a request that has run. */
  ran(code: Outcome, milliseconds: number): void {
    (this.answers[code] as number) += 1;
    this.durations.took(milliseconds);
  }

  /** Counts a request that was refused before it ran. */
  refused(code: Code): void {
    (this.answers[code] as number) += 1;
  }

  /** Counts a stream that opens. */
  streamOpened(): void {
    this.openStreams += 1;
  }

  /**
   * Counts a stream that has ended. Streams are not in the durations, because their clients decide how long they are
   * open.
   */
  streamEnded(outcome: Outcome): void {
    this.openStreams -= 1;
    (this.answers[outcome] as number) += 1;
  }
}
