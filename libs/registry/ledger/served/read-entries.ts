import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { leafOf } from '#libs/engine/ledger/leaf/leaf.js';
import { readPlaces } from '#libs/engine/ledger/tree/places.js';
import { leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { fromFiles } from './current-ledger.js';

const NOTHING = Buffer.alloc(0);

/**
 * Reads adjacent leaves from the log.
 *
 * @param tree the folder of the tree's files
 * @returns undefined: the log does not have the events that were signed, or the files are damaged
 * @throws ContractError the files are not whole
 */
export async function entriesOf(
  store: EventStore,
  tree: string,
  first: number,
  count: number,
): Promise<readonly Buffer[] | undefined> {
  const places = fromFiles(() => readPlaces(tree, first, count));
  const hashes = fromFiles(() => hashesIn(tree)(0, first, count));
  const streams = [...new Set(places.map(({ stream }) => stream))];
  const entries: Buffer[] = [];
  for await (const event of store.readAll({ from: places[0]?.position ?? 0n, filter: { streamPrefixes: streams } })) {
    if (event.position !== places[entries.length]?.position) continue; // Another stream whose name begins alike.
    const entry = Buffer.from(leafOf(event));
    if (!leafHash(entry).equals(hashes[entries.length] ?? NOTHING)) return undefined;
    if (entries.push(entry) === count) return entries;
  }
  return undefined;
}
