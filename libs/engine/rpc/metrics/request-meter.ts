import { Code, type Outcome } from '#libs/engine/errors/code.js';
import { DurationMeter } from '#libs/engine/runtime/duration-meter.js';

/** Upper ends of the histogram's buckets, in milliseconds. */
const BUCKETS_MS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

const CODES = Math.max(...Object.values(Code)) + 1;

/** Counts the requests of one method over one protocol, in plain numbers as a {@link DurationMeter} does. */
export class RequestMeter {
  /** Requests by the code that they were answered with. */
  readonly answers = new Float64Array(CODES);
  /** Answers that stream now. */
  openStreams = 0;
  /** Of those that have run. */
  readonly durations = new DurationMeter(BUCKETS_MS);

  /** A request has run. */
  ran(code: Outcome, milliseconds: number): void {
    (this.answers[code] as number) += 1;
    this.durations.took(milliseconds);
  }

  /** A request was refused before it could run. */
  refused(code: Code): void {
    (this.answers[code] as number) += 1;
  }

  /** A request for a stream has arrived. */
  streamOpened(): void {
    this.openStreams += 1;
  }

  /** Its answer has ended. The durations leave it out: how long a stream is open depends on its client. */
  streamEnded(outcome: Outcome): void {
    this.openStreams -= 1;
    (this.answers[outcome] as number) += 1;
  }
}
