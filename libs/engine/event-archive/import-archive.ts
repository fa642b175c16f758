import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { ArchiveError } from './archive.errors.js';
import type { ImportTarget, PresentEvent } from './import-target.js';

/** The result of an import: the number of events, and how many of them were there before. */
export interface Imported {
  readonly events: number;
  readonly before: number;
}

/**
 * Writes the events of an archive into a store that is empty or holds the first ones of them, as an interrupted import
 * leaves it; then it goes on after these. A store that holds all of them, and newer ones, is left as it is.
 *
 * @param archive its events in order
 * @param tell gets the number of events that are there
 * @throws ArchiveError the target holds other events, or cannot take an event of the archive
 */
export async function importArchive(
  archive: AsyncIterable<readonly RecordedBytes[]>,
  target: ImportTarget,
  tell: (events: number) => void = () => undefined,
): Promise<Imported> {
  const source = new Batches(archive);
  let before = 0;
  for await (const events of target.present()) {
    for (const there of events) {
      const here = await source.peek();
      if (here === undefined) return { events: before, before };
      if (isSame(here, there)) {
        source.skip();
        before += 1;
      } else if (!target.ignores(there)) {
        throw notEmpty(target, there);
      }
    }
    tell(before);
  }
  let events = before;
  for (let batch = await source.take(); batch !== undefined; batch = await source.take()) {
    await target.write(batch);
    events += batch.length;
    tell(events);
  }
  return { events, before };
}

function isSame(here: RecordedBytes, there: PresentEvent): boolean {
  const { id, stream, revision, type } = there;
  return here.id === id && here.stream === stream && here.revision === revision && here.type === type;
}

function notEmpty({ name }: ImportTarget, { id, type, revision, stream }: PresentEvent): ArchiveError {
  return new ArchiveError(
    `${name} is not empty: event ${id} (${type}, revision ${revision} of stream ${stream}) is not of this export. ` +
      'Import into a store that is empty, or holds what an interrupted import of this export has left',
  );
}

/** Batches, of which single items can be taken. */
class Batches<T> {
  readonly #batches: AsyncIterator<readonly T[]>;
  #batch: readonly T[] = [];
  #at = 0;

  constructor(batches: AsyncIterable<readonly T[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** The next item; undefined: there is none. */
  async peek(): Promise<T | undefined> {
    while (this.#at >= this.#batch.length) {
      const next = await this.#batches.next();
      if (next.done) return undefined;
      [this.#batch, this.#at] = [next.value, 0];
    }
    return this.#batch[this.#at];
  }

  skip(): void {
    this.#at += 1;
  }

  /** The rest of the present batch, or the next one; undefined: there is none. */
  async take(): Promise<readonly T[] | undefined> {
    if ((await this.peek()) === undefined) return undefined;
    const rest = this.#batch.slice(this.#at);
    this.#at = this.#batch.length;
    return rest;
  }
}
