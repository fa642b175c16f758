import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { HASH_BYTES } from '#libs/engine/transparency/merkle/hashes.js';
import { TreeBuilder } from '#libs/engine/transparency/tiles/tree-builder.js';
import { eventHash } from '../leaf/event-hash.js';
import { KeptHashes } from './kept-hashes.js';
import { type Difference, LeafDifferences } from './leaf-differences.js';

/** A size of the tree at which its root is asked for. */
export interface Expected {
  readonly size: number;
  readonly root: Buffer;
}

/** What a log is compared with. */
export interface ComparedWith {
  readonly isDomainEvent: (event: RecordedEvent) => boolean;
  /** Roots of the first events, by the names of where they are from. */
  readonly expected: Readonly<Record<string, Expected>>;
  /** The folder of a ledger's tree, and what was signed of it; undefined: there is none. */
  readonly tree: (Expected & { readonly folder: string }) | undefined;
  /** Is told the number of events that have been read. */
  readonly progress: (events: number) => void;
}

/** How a log differs from what was signed. */
export interface Comparison {
  /** The domain events of the log. */
  readonly events: number;
  /** The root of their tree. */
  readonly root: Buffer;
  /** The names of {@link ComparedWith.expected} whose root the log does not have. */
  readonly contradicted: readonly string[];
  /** The events that differ from what was signed; undefined: the files of the tree are not there, or not what was signed. */
  readonly differences: readonly Difference[] | undefined;
}

/** So often progress is told. */
const TELL_EVERY_EVENTS = 10_000;

/** Computes the tree of a log, and compares it with roots and with the leaves of a ledger. */
export async function compareLog(
  events: AsyncIterable<RecordedEvent>,
  { isDomainEvent, expected, tree: kept, progress }: ComparedWith,
): Promise<Comparison> {
  const tree = new TreeBuilder();
  const roots = new Map<number, Buffer>();
  const sizes = new Set(Object.values(expected).map(({ size }) => size));
  const note = () => sizes.has(tree.size) && roots.set(tree.size, tree.root());
  const hashes = kept && new KeptHashes(kept.folder, kept.size);
  const isWhole = kept === undefined || hasLeaves(hashes, kept.size);
  let differences: LeafDifferences | undefined;
  note();
  for await (const event of events) {
    if (!isDomainEvent(event)) continue;
    const hash = eventHash(event);
    const before = isWhole ? hashes?.hash(0, tree.size) : undefined;
    if (kept !== undefined && differences === undefined && before !== undefined && !before.equals(hash)) {
      differences = new LeafDifferences(kept, tree.size);
    }
    differences?.take(event, hash);
    tree.push(hash);
    note();
    if (tree.size % TELL_EVERY_EVENTS === 0) progress(tree.size);
  }
  const isShorter = kept !== undefined && isWhole && differences === undefined && tree.size < kept.size;
  if (isShorter) differences = new LeafDifferences(kept, tree.size);
  const isSigned = differences === undefined || (kept !== undefined && areSigned(kept));
  return {
    events: tree.size,
    root: tree.root(),
    contradicted: Object.keys(expected).filter((name) => {
      const { size, root } = expected[name] as Expected;
      return roots.get(size)?.equals(root) !== true;
    }),
    differences: kept === undefined || !isWhole || !isSigned ? undefined : (differences?.all() ?? []),
  };
}

/** Whether the leaves in the files are those that were signed: otherwise it is not the log that differs. */
function areSigned({ folder, size, root }: Expected & { readonly folder: string }): boolean {
  const hashes = new KeptHashes(folder, size);
  const tree = new TreeBuilder();
  for (let leaf = 0; leaf < size; leaf += 1) tree.push(hashes.hash(0, leaf) ?? NOTHING);
  return tree.root().equals(root);
}

const NOTHING = Buffer.alloc(HASH_BYTES);

/** Whether the leaves are in the files. */
function hasLeaves(hashes: KeptHashes | undefined, size: number): boolean {
  try {
    return size === 0 || hashes?.hash(0, size - 1) !== undefined;
  } catch {
    return false;
  }
}
