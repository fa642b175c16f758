import { compareAt, copyEntry, ENTRY_BYTES, ORDER_BYTES, writeEntry } from './entry.js';
import { MARK_EVENTS, type RecentIndex } from './recent-index.js';
import { NO_MARK } from './run-format.js';
import { writeRun } from './run-writer.js';

/** The most entries that a sort key can number beside 32 bits of a digest. */
const MAX_ENTRIES = 2 ** 21;

/**
 * Writes the entries of the newest events as a run.
 *
 * @param recent must not change any more
 * @returns the name of the file
 */
export async function flushRecent(
  folder: string,
  recent: RecentIndex,
  of: { readonly identity: string; readonly hasGaps: boolean },
): Promise<string> {
  const { first, last, hasMetadata, entryCount } = recent;
  const contents = { ...of, first, last, hasMetadata, marks: marksOf(recent) };
  return writeRun(folder, contents, entryCount, [sortedEntries(recent)]);
}

function marksOf({ first, last, marks }: RecentIndex): readonly number[] {
  const offsets = new Map(marks.map(({ position, offset }) => [position, offset]));
  const found: number[] = [];
  for (let at = Math.ceil(first / MARK_EVENTS) * MARK_EVENTS; at <= last; at += MARK_EVENTS) {
    found.push(offsets.get(at) ?? NO_MARK);
  }
  return found;
}

/**
 * All entries in order. They are sorted by numbers that begin with 32 bits of the digest, because sorting numbers is
 * fastest; entries with the same 32 bits are ordered afterwards.
 */
function sortedEntries({ entries, entryCount }: RecentIndex): Buffer {
  if (entryCount > MAX_ENTRIES) throw new Error(`${entryCount} entries are too many for one run`);
  const unsorted = Buffer.allocUnsafe(entryCount * ENTRY_BYTES);
  const order = new Float64Array(entryCount);
  let count = 0;
  for (const { key, locations } of entries.values()) {
    const digest = key.takeDigest();
    for (const location of locations) {
      writeEntry(unsorted, count * ENTRY_BYTES, digest, location);
      order[count] = digest.readUInt32BE(0) * MAX_ENTRIES + count;
      count += 1;
    }
  }
  order.sort();
  const sorted = Buffer.allocUnsafe(unsorted.length);
  for (let index = 0; index < count; index += 1) {
    const from = ((order[index] ?? 0) % MAX_ENTRIES) * ENTRY_BYTES;
    insert(sorted, index, unsorted, from);
  }
  return sorted;
}

/** Inserts an entry into the sorted entries. */
function insert(sorted: Buffer, count: number, source: Buffer, from: number): void {
  let at = count * ENTRY_BYTES;
  while (at > 0 && compareAt(sorted, at - ENTRY_BYTES, source, from, ORDER_BYTES) > 0) {
    copyEntry(sorted, at, sorted, at - ENTRY_BYTES);
    at -= ENTRY_BYTES;
  }
  copyEntry(sorted, at, source, from);
}
