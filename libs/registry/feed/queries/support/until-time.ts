import type { Clock } from '#libs/engine/kernel/clock.js';
import { MAX_TIMER_MS } from '#libs/engine/kernel/duration.js';

/**
 * A signal that aborts at a time. The caller must release it.
 *
 * @param time in milliseconds since 1970; undefined: never
 */
export function untilTime(time: number | undefined, clock: Clock): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const left = (time ?? Number.POSITIVE_INFINITY) - clock();
    if (left <= 0) controller.abort();
    else if (time !== undefined) timer = setTimeout(wait, Math.min(left, MAX_TIMER_MS));
  };
  wait();
  return { signal: controller.signal, release: () => clearTimeout(timer) };
}
