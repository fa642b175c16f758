/** What an attempt has led to: `gone`: the receiver wants no more deliveries; `failed`: try again. */
export type AttemptOutcome = 'delivered' | 'gone' | 'failed';

/** An attempt to deliver an event. */
export interface Attempt {
  readonly outcome: AttemptOutcome;
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly durationMs: number;
  /** The HTTP status of the answer; undefined: there was none. */
  readonly status?: number;
  /** Why it has failed, for people. */
  readonly reason?: string;
  /** The beginning of the answer's body. */
  readonly answer: string;
  /** How long the receiver asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

const OK = 200;
const REDIRECTS = 300;
const ERRORS = 400;
const GONE = 410;

/** What an HTTP status says of a delivery. */
export function outcomeOf(status: number): Pick<Attempt, 'outcome' | 'reason'> {
  if (status >= OK && status < REDIRECTS) return { outcome: 'delivered' };
  if (status === GONE) return { outcome: 'gone', reason: 'the receiver answers 410: it wants no more deliveries' };
  if (status >= REDIRECTS && status < ERRORS) {
    return { outcome: 'failed', reason: `the receiver answers ${status}: redirects are not followed` };
  }
  return { outcome: 'failed', reason: `the receiver answers ${status}` };
}

/** The longest wait that a receiver can ask for. */
const LONGEST_RETRY_AFTER_MS = 86_400_000;

const MS_PER_SECOND = 1_000;

/**
 * The wait that a header Retry-After asks for, in milliseconds, at most a day; undefined: it asks for none.
 *
 * @param text seconds or a date (RFC 9110, 10.2.3)
 * @param now in milliseconds since 1970
 */
export function retryAfterOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * MS_PER_SECOND : Date.parse(text) - now;
  return wait > 0 ? Math.min(wait, LONGEST_RETRY_AFTER_MS) : undefined; // NaN: it is no date
}
