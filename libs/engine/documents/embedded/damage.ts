import { DamagedValueError } from './sealed-table.js';

/** LMDB's own errors for a file that is not as it was written: invalid, corrupted, a page is missing, panic. */
const LMDB_CODES: ReadonlySet<unknown> = new Set([-30793, -30794, -30795, -30796, -30797]);

/** Whether an error shows that the file differs from what was written. Trying again does not help. */
export function isDamage(error: unknown): boolean {
  return error instanceof DamagedValueError || LMDB_CODES.has((error as { readonly code?: unknown } | null)?.code);
}
