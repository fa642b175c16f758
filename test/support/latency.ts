/** Repeats a call for a time, by several callers concurrently; returns the duration of each call, in milliseconds. */
export async function latencies(call: () => Promise<void>, forMs: number, callers = 4): Promise<readonly number[]> {
  const end = performance.now() + forMs;
  const took: number[] = [];
  const caller = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await call();
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return took;
}

/** The percentile: the value that this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
