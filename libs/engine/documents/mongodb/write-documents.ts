import {
  type AnyBulkWriteOperation,
  type Collection,
  type Document,
  MongoBulkWriteError,
  type OptionalUnlessRequiredId,
} from 'mongodb';
import { InFlight } from '#libs/engine/kernel/in-flight.js';
import type { Write } from '../port/read-model.js';
import { IDS_PER_QUERY, INSERT_COMMANDS, INSERTS_PER_COMMAND, UPDATE_COMMANDS, UPDATES_PER_COMMAND } from './limits.js';
import { DUPLICATE_KEY } from './mongodb-errors.js';
import { type Outgoing, outgoing, type Stored } from './stored-document.js';

/** Writes documents: a stored document is replaced only by one with a higher position. */
export class DocumentWriter {
  readonly #inserts = new InFlight(INSERT_COMMANDS);
  readonly #updates = new InFlight(UPDATE_COMMANDS);

  /** Writes the documents that are newer than the stored ones. If it fails, some of them may have been written. */
  async write(collection: Collection<Stored>, writes: readonly Write<object>[]): Promise<void> {
    const newest = newestOfEach(writes);
    const begun = await this.#insert(collection, documents(newest, true));
    await this.#replace(collection, begun);
    const unknown = await this.#replace(collection, documents(newest, false));
    const absent = await this.#absent(collection, unknown);
    // Another process may have inserted an older state of one of them meanwhile.
    await this.#replace(collection, await this.#insert(collection, absent));
  }

  /** Inserts documents. Returns those whose ids exist already. */
  async #insert(collection: Collection<Stored>, all: readonly Outgoing[]): Promise<readonly Outgoing[]> {
    const present = await every(inChunks(all, INSERTS_PER_COMMAND), (chunk) =>
      this.#inserts.run(() => insertAbsent(collection, chunk)),
    );
    return present.flat();
  }

  /** Replaces older documents. Returns the documents of the commands that did not replace all of theirs. */
  async #replace(collection: Collection<Stored>, all: readonly Outgoing[]): Promise<readonly Outgoing[]> {
    const left = await every(inChunks(all, UPDATES_PER_COMMAND), (chunk) =>
      this.#updates.run(async () => {
        const { matchedCount } = await collection.bulkWrite(chunk.map(replacement), { ordered: false });
        return matchedCount === chunk.length ? [] : chunk;
      }),
    );
    return left.flat();
  }

  /** The documents whose ids do not exist yet. */
  async #absent(collection: Collection<Stored>, all: readonly Outgoing[]): Promise<readonly Outgoing[]> {
    const present = new Set<unknown>();
    for (const chunk of inChunks(all, IDS_PER_QUERY)) {
      const found = collection.find({ _id: { $in: chunk.map(({ _id }) => _id) } }, { projection: { _id: 1 } });
      for await (const { _id } of found) present.add(_id);
    }
    return all.filter(({ _id }) => !present.has(_id));
  }
}

/** Keeps the newest of several writes to one document; it begins the document if all of them do. */
function newestOfEach(writes: readonly Write<object>[]): readonly Write<object>[] {
  const newest = new Map<string, Write<object>>();
  for (const write of writes) {
    const known = newest.get(write.id);
    const later = known === undefined || known.position < write.position ? write : known;
    newest.set(write.id, { ...later, begins: write.begins === true && (known?.begins ?? true) });
  }
  return [...newest.values()];
}

function documents(writes: readonly Write<object>[], begins: boolean): readonly Outgoing[] {
  return writes.filter((write) => write.begins === begins).map(outgoing);
}

function replacement(document: Outgoing): AnyBulkWriteOperation<Stored> {
  const { _id, _position } = document;
  return { replaceOne: { filter: { _id, _position: { $lt: _position } }, replacement: document } };
}

/** Inserts documents with one command. Returns those whose ids exist already. */
export async function insertAbsent<D extends Document, I extends OptionalUnlessRequiredId<D>>(
  collection: Collection<D>,
  chunk: readonly I[],
): Promise<readonly I[]> {
  try {
    await collection.insertMany(chunk, { ordered: false });
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
    const failures = [error.writeErrors].flat();
    // Without errors of single documents it is the driver's own, such as a lost connection: nothing may be inserted.
    if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return failures.flatMap(({ index }) => chunk[index] ?? []);
  }
}

/** Runs the work for all items concurrently, and waits for all of them even if one fails. */
async function every<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const settled = await Promise.allSettled(items.map(work));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** Splits a list into lists of at most `size` items. */
export function inChunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}
