const MS_PER_SECOND = 1_000;

/** A rate limit. */
export interface Rate {
  /** Average number of calls per second. */
  readonly perSecond: number;
  /** Number of calls accepted at once after a pause. */
  readonly burst: number;
}

/** The remaining tokens of a caller, and the time at which they were counted. */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The result of taking a token. */
export interface Taken {
  readonly bucket: Bucket;
  /** 0: a token was taken; otherwise the time until the next token, in milliseconds. */
  readonly waitMs: number;
}

/** Takes a token from a bucket. @param bucket undefined: a full bucket */
export function takeToken(bucket: Bucket | undefined, rate: Rate, now: number): Taken {
  const tokens = bucket === undefined ? rate.burst : refilled(bucket, rate, now);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 };
  return { bucket: { tokens, at: now }, waitMs: ((1 - tokens) / rate.perSecond) * MS_PER_SECOND };
}

/** Returns a token for a call that is not counted after all. */
export function returnToken(bucket: Bucket, rate: Rate): Bucket {
  return { ...bucket, tokens: Math.min(rate.burst, bucket.tokens + 1) };
}

/** If the clock was set back, the number of tokens stays the same. */
function refilled({ tokens, at }: Bucket, { perSecond, burst }: Rate, now: number): number {
  const elapsed = Math.max(0, now - at) / MS_PER_SECOND;
  return Math.min(burst, tokens + elapsed * perSecond);
}
