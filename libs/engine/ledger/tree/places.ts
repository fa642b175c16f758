import { join } from 'node:path';
import { AppendFile } from '#libs/engine/transparency/tiles/append-file.js';
import { readPart } from '#libs/engine/transparency/tiles/read-part.js';

/** Where the event of a leaf was when the ledger took it. */
export interface LeafPlace {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly type: string;
}

/** Of each leaf its event's position, and where its name ends in the file of names. */
const PLACE_BYTES = 16;
const PLACES_FILE = 'places';
const NAMES_FILE = 'names';

/**
 * Where the events of the leaves are, beside the tree: it finds the events of a tile in the log, and names an event
 * that is no longer there. The tree does not depend on it.
 */
export class PlacesFile {
  readonly #places: AppendFile;
  readonly #names: AppendFile;
  /** It is filled anew for each leaf. */
  readonly #place = Buffer.alloc(PLACE_BYTES);

  constructor(private readonly folder: string) {
    this.#places = new AppendFile(join(folder, PLACES_FILE));
    this.#names = new AppendFile(join(folder, NAMES_FILE));
  }

  append({ position, stream, revision, type }: LeafPlace): void {
    this.#names.append(Buffer.from(`${stream} ${revision} ${type}\n`));
    this.#place.writeBigInt64BE(position, 0);
    this.#place.writeBigInt64BE(BigInt(this.#names.length), 8);
    this.#places.append(this.#place);
  }

  /** Whether there are places of so many leaves; what follows these is cut off. */
  cutTo(size: number): boolean {
    if (this.#places.length < size * PLACE_BYTES) return false;
    this.#places.truncate(size * PLACE_BYTES);
    const end =
      size === 0 ? 0 : endOfNames(readPart(join(this.folder, PLACES_FILE), (size - 1) * PLACE_BYTES, PLACE_BYTES));
    if (this.#names.length < end) return false;
    this.#names.truncate(end);
    return true;
  }

  sync(): void {
    this.#names.sync();
    this.#places.sync();
  }

  close(): void {
    this.#names.close();
    this.#places.close();
  }
}

/** The places of adjacent leaves. @throws Error they are not there */
export function readPlaces(folder: string, first: number, count: number): readonly LeafPlace[] {
  if (count === 0) return [];
  const skipped = first === 0 ? 0 : 1;
  const places = readPart(join(folder, PLACES_FILE), (first - skipped) * PLACE_BYTES, (count + skipped) * PLACE_BYTES);
  const start = skipped === 0 ? 0 : endOfNames(places);
  const own = places.subarray(skipped * PLACE_BYTES);
  const end = endOfNames(own.subarray(-PLACE_BYTES));
  const names = readPart(join(folder, NAMES_FILE), start, end - start)
    .toString('utf8')
    .split('\n');
  return Array.from({ length: count }, (_, at) => {
    const [, stream = '', revision = '0', type = ''] = /^(.*) (-?\d+) (\S*)$/s.exec(names[at] ?? '') ?? [];
    return { position: own.readBigInt64BE(at * PLACE_BYTES), stream, revision: BigInt(revision), type };
  });
}

/** The positions of adjacent leaves. @throws Error they are not there */
export function readPositions(folder: string, first: number, count: number): readonly bigint[] {
  const places = readPart(join(folder, PLACES_FILE), first * PLACE_BYTES, count * PLACE_BYTES);
  return Array.from({ length: count }, (_, at) => places.readBigInt64BE(at * PLACE_BYTES));
}

function endOfNames(place: Buffer): number {
  return Number(place.readBigInt64BE(8));
}
