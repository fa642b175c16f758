import { join } from 'node:path';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { decimalText, readUint64, writeNumber, writeUint64 } from '#libs/engine/kernel/uint64.js';
import { AppendFile, type FileUse } from '#libs/engine/transparency/tiles/append-file.js';
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

/** A stream, a revision and a type. The names of own streams have no blanks; a type may have any character. */
const NAME = /^(.*?) (-?\d+) (.*)\n$/s;

/**
 * Where the events of the leaves are, beside the tree: it finds the events of a tile in the log, and names an event
 * that is no longer there. The tree does not depend on it.
 */
export class PlacesFile {
  readonly #places: AppendFile;
  readonly #names: AppendFile;
  /** It is filled anew for each leaf. */
  readonly #place = Buffer.alloc(PLACE_BYTES);

  /** @param folder is there */
  constructor(
    private readonly folder: string,
    use: FileUse,
  ) {
    this.#places = new AppendFile(join(folder, PLACES_FILE), use);
    this.#names = new AppendFile(join(folder, NAMES_FILE), use);
  }

  append(event: LeafPlace & Pick<RecordedEvent, 'written'>): void {
    this.#appendName(event);
    writeNumber(this.#place, this.#names.length, writeUint64(this.#place, event.position, 0));
    this.#places.append(this.#place);
  }

  #appendName({ stream, revision, type, written }: LeafPlace & Pick<RecordedEvent, 'written'>): void {
    const names = this.#names;
    if (written === undefined) {
      names.append(Buffer.from(`${stream} ${revision} ${type}\n`));
      return;
    }
    const { bytes, streamStart, typeStart, dataStart } = written;
    names.append(bytes, streamStart, typeStart);
    names.appendAscii(` ${decimalText(revision)} `);
    names.append(bytes, typeStart, dataStart);
    names.appendAscii('\n');
  }

  /** Holds on to the places of so many leaves. @returns false: they are not all there */
  hold(size: number): boolean {
    if (!this.#places.hold(size * PLACE_BYTES)) return false;
    const last = (size - 1) * PLACE_BYTES;
    return this.#names.hold(size === 0 ? 0 : endOfNames(readPart(join(this.folder, PLACES_FILE), last, PLACE_BYTES)));
  }

  /** Whether what the files held is what has been appended, as far as both go. */
  agrees(): boolean {
    return this.#names.agrees() && this.#places.agrees();
  }

  write(): void {
    this.#names.write();
    this.#places.write();
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
  const names = readPart(join(folder, NAMES_FILE), start, endOfNames(own.subarray(-PLACE_BYTES)) - start);
  let nameStart = 0;
  return Array.from({ length: count }, (_, at) => {
    const place = own.subarray(at * PLACE_BYTES, (at + 1) * PLACE_BYTES);
    const nameEnd = endOfNames(place) - start;
    const name = names.toString('utf8', nameStart, nameEnd);
    nameStart = nameEnd;
    const [, stream = '', revision = '0', type = ''] = NAME.exec(name) ?? [];
    return { position: readUint64(place, 0), stream, revision: BigInt(revision), type };
  });
}

function endOfNames(place: Buffer): number {
  return Number(readUint64(place, 8));
}
