/** What is known of the use of an application's credentials since a time. */
export type KnownUsage =
  /** No credential was ever used. */
  | 'never'
  /** A credential was used before the time, and none since. */
  | 'notSince'
  /** None was used since the counting of uses began, which was after the application's creation. */
  | 'notSinceCountingBegan';

/** The times that decide; all in milliseconds since 1970. */
export interface UsageTimes {
  readonly createdAt: number;
  /** undefined: no use is known. */
  readonly lastUsed: number | undefined;
  readonly since: number;
  /** undefined: uses have not been counted yet. */
  readonly countingBegan: number | undefined;
}

/** What is known of the use of an application; undefined: it was used since the time. */
export function usageOf({ createdAt, lastUsed, since, countingBegan }: UsageTimes): KnownUsage | undefined {
  if (lastUsed !== undefined) return lastUsed >= since ? undefined : 'notSince';
  return countingBegan !== undefined && countingBegan <= createdAt ? 'never' : 'notSinceCountingBegan';
}
