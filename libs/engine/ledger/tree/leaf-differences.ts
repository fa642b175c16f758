import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { notAscending } from './not-ascending.js';
import { readPlaces } from './places.js';

/**
 * An event that is not as it was signed. `changed`: its content; `gone`: it is not in the log; `added`: it stands among
 * signed events and was not signed; `moved`: it is as it was, at another place of the order.
 */
export interface Difference {
  readonly what: 'changed' | 'gone' | 'added' | 'moved';
  readonly stream: string;
  readonly revision: string;
  readonly type: string;
  /** Its leaf in the ledger; undefined: it has none. */
  readonly leaf?: number;
}

/** An event of the log whose hash is not among the signed ones. */
interface Unknown {
  readonly event: Pick<RecordedEvent, 'stream' | 'revision' | 'type'>;
  /** How many signed events came before it. */
  readonly after: number;
}

/** Leaves are read in parts of this many. */
const PART_LEAVES = 4_096;

/** Finds out which events differ, from the first one that does on. */
export class LeafDifferences {
  /** The signed leaves that have not been found yet, by their hashes. */
  readonly #signed = new Map<string, number>();
  readonly #found: number[] = [];
  readonly #foundEvents: Unknown['event'][] = [];
  readonly #unknown: Unknown[] = [];

  /**
   * @param kept the folder of the tree, and how many leaves were signed
   * @param first the leaf from which on the log differs
   */
  constructor(
    private readonly kept: { readonly folder: string; readonly size: number },
    first: number,
  ) {
    const read = hashesIn(kept.folder);
    for (let at = first; at < kept.size; at += PART_LEAVES) {
      const hashes = read(0, at, Math.min(PART_LEAVES, kept.size - at));
      for (const [offset, hash] of hashes.entries()) this.#signed.set(keyOf(hash), at + offset);
    }
  }

  /** Takes the next event of the log. @param hash of its leaf */
  take({ stream, revision, type }: RecordedEvent, hash: Uint8Array): void {
    const key = keyOf(hash);
    const leaf = this.#signed.get(key);
    if (leaf === undefined) {
      this.#unknown.push({ event: { stream, revision, type }, after: this.#found.length });
      return;
    }
    this.#signed.delete(key);
    this.#found.push(leaf);
    this.#foundEvents.push({ stream, revision, type });
  }

  /** All differences, in the order of the ledger's leaves; those without a leaf are the last. */
  all(): readonly Difference[] {
    const unknown = new Map(this.#unknown.map((each) => [nameOf(each.event), each]));
    const lost = [...this.#signed.values()].map((leaf): Difference => {
      const place = this.#placeOf(leaf);
      const isThere = unknown.delete(nameOf(place));
      return { ...place, leaf, what: isThere ? 'changed' : 'gone' };
    });
    const moved = notAscending(this.#found).flatMap((at): Difference[] => {
      const [event, leaf] = [this.#foundEvents[at], this.#found[at]];
      return event === undefined || leaf === undefined ? [] : [{ ...written(event), leaf, what: 'moved' }];
    });
    // What comes behind every signed event has simply not been signed yet.
    const added = [...unknown.values()].filter(({ after }) => after < this.#found.length);
    return [
      ...[...lost, ...moved].toSorted((a, b) => (a.leaf ?? 0) - (b.leaf ?? 0)),
      ...added.map(({ event }): Difference => ({ ...written(event), what: 'added' })),
    ];
  }

  #placeOf(leaf: number): Pick<Difference, 'stream' | 'revision' | 'type'> {
    try {
      const [place] = readPlaces(this.kept.folder, leaf, 1);
      if (place !== undefined) return written(place);
    } catch {
      // The tree is whole, and the file that names its leaves is not.
    }
    return { stream: '(its name is lost)', revision: '', type: '' };
  }
}

function written({ stream, revision, type }: Unknown['event']): Pick<Difference, 'stream' | 'revision' | 'type'> {
  return { stream, revision: `${revision}`, type };
}

function nameOf({ stream, revision }: { readonly stream: string; readonly revision: bigint | string }): string {
  return `${stream} ${revision}`;
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('latin1');
}
