import { Code } from '#libs/contract/errors/error-catalogue.js';

/** gRPC's code for what went well, which the catalogue of errors does not have. */
export const OK = 0;

/** Upper ends of the histogram's buckets, in milliseconds; what takes longer is in none of them. */
export const BUCKETS_MS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

const CODES = Math.max(...Object.values(Code)) + 1;

/**
 * Counts the requests of one method over one protocol. Plain numbers that are put into Prometheus' words when it asks:
 * every request passes here, and prom-client's own counters take a microsecond for each.
 */
export class RequestMeter {
  /** Requests by the code that they were answered with. */
  readonly answers = new Float64Array(CODES);
  /** Those that have run, by the first bucket that they fit in; the last number is of those that fit in none. */
  readonly durations = new Float64Array(BUCKETS_MS.length + 1);
  /** How long those that have run took together. */
  totalMs = 0;

  /** A request has run. */
  ran(code: Code | typeof OK, milliseconds: number): void {
    (this.answers[code] as number) += 1;
    this.totalMs += milliseconds;
    let bucket = 0;
    while (bucket < BUCKETS_MS.length && milliseconds > (BUCKETS_MS[bucket] as number)) bucket += 1;
    (this.durations[bucket] as number) += 1;
  }

  /** A request was refused before it could run. */
  refused(code: Code): void {
    (this.answers[code] as number) += 1;
  }
}
