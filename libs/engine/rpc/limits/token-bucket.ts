const MS_PER_SECOND = 1_000;

/** A rate limit. */
export interface Rate {
  /** Calls a second, in the long run. */
  readonly perSecond: number;
  /** Calls at once, after a pause. */
  readonly burst: number;
}

/** The tokens that a caller has left, and when they were counted. */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The result of taking a token. */
export interface Taken {
  readonly bucket: Bucket;
  /** 0: the token was there; otherwise how long it takes until one is, in milliseconds. */
  readonly waitMs: number;
}

/** Takes a token out of a bucket. @param bucket undefined: a full one */
export function takeToken(bucket: Bucket | undefined, rate: Rate, now: number): Taken {
  const tokens = bucket === undefined ? rate.burst : refilled(bucket, rate, now);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 };
  return { bucket: { tokens, at: now }, waitMs: ((1 - tokens) / rate.perSecond) * MS_PER_SECOND };
}

/** Puts a token back that was not to be counted. */
export function returnToken(bucket: Bucket, rate: Rate): Bucket {
  return { ...bucket, tokens: Math.min(rate.burst, bucket.tokens + 1) };
}

/** A clock that was set back adds nothing, and takes nothing away. */
function refilled({ tokens, at }: Bucket, { perSecond, burst }: Rate, now: number): number {
  const elapsed = Math.max(0, now - at) / MS_PER_SECOND;
  return Math.min(burst, tokens + elapsed * perSecond);
}
