import type { HistoryPage } from './past-calls.js';

/** The most changes of one answer. */
const PAGE = 1_000;

/** A page of a history. */
export interface PageOfChanges {
  readonly offset: bigint;
  readonly limit: number;
  /** The oldest change is first. */
  readonly asc: boolean;
}

/**
 * The changes up to a limit, in as many calls as it takes. After the first page changes are counted from the oldest
 * one: changes that are made meanwhile would move all others, counted from the newest one.
 *
 * @param asc the oldest change is first
 * @param page answers a page
 */
export async function changesUpTo(
  limit: number,
  asc: boolean,
  page: (request: PageOfChanges) => Promise<HistoryPage>,
): Promise<HistoryPage> {
  const first = await page({ offset: 0n, limit: Math.min(PAGE, limit), asc });
  const result = [...first.result];
  const total = Number(first.details?.totalResult ?? 0n);
  for (let left = Math.min(limit, total) - result.length; left > 0; left = Math.min(limit, total) - result.length) {
    const most = Math.min(PAGE, left);
    const offset = asc ? result.length : total - result.length - most;
    const next = await page({ offset: BigInt(offset), limit: most, asc: true });
    if (next.result.length === 0) break;
    result.push(...(asc ? next.result : next.result.toReversed()));
  }
  return { ...first, result };
}
