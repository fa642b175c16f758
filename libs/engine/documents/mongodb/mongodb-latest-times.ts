import type { Collection, Db } from 'mongodb';
import { InFlight } from '#libs/engine/kernel/in-flight.js';
import { type LatestTimes, latestByGroup, latestByKey, type NotedTime, timeId } from '../port/latest-times.js';
import type { Connection } from './connection.js';
import { IDS_PER_QUERY, UPDATE_COMMANDS, UPDATES_PER_COMMAND } from './limits.js';
import { inChunks, insertAbsent } from './write-documents.js';

/** The id of the document that holds when the store has begun: no group has an empty name. */
const BEGUN = '';

/** The latest time of a group, whose id is its name, or of a key, whose id is its group's name, `/` and the key. */
interface TimeDocument {
  readonly _id: string;
  /** In milliseconds since 1970. */
  readonly time: number;
}

/** The times in a collection of their own. `$max` keeps the latest, whichever process writes first. */
export class MongoDbLatestTimes implements LatestTimes {
  readonly isWritable = true;
  readonly #updates = new InFlight(UPDATE_COMMANDS);

  /** @param name of the collection */
  constructor(
    private readonly connection: Connection,
    private readonly name: string,
  ) {}

  async note(times: readonly NotedTime[]): Promise<void> {
    const latest = Array.from([...latestByKey(times), ...latestByGroup(times)], ([_id, time]) => ({ _id, time }));
    await this.connection.run(async (db) => {
      const present = await this.#insert(db, latest);
      const chunks = inChunks(present, UPDATES_PER_COMMAND);
      const written = await Promise.allSettled(chunks.map((chunk) => this.#updates.run(() => this.#raise(db, chunk))));
      for (const one of written) if (one.status === 'rejected') throw one.reason;
    });
  }

  begun(): Promise<number | undefined> {
    return this.connection.run(async (db) => (await this.#times(db).findOne({ _id: BEGUN }))?.time);
  }

  async begin(time: number): Promise<void> {
    await this.connection.run((db) => insertAbsent(this.#times(db), [{ _id: BEGUN, time }]));
  }

  latestOf(group: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#latest(keys, (key) => timeId(group, key));
  }

  latestOfGroups(groups: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#latest(groups, (group) => group);
  }

  async #latest(names: readonly string[], idOf: (name: string) => string): Promise<ReadonlyMap<string, number>> {
    const stored = await this.connection.run((db) => this.#stored(db, names.map(idOf)));
    return new Map(
      names.flatMap((name) => {
        const time = stored.get(idOf(name));
        return time === undefined ? [] : [[name, time]];
      }),
    );
  }

  /** Inserts the times that are new. Returns the later ones of those that are stored already. */
  async #insert(db: Db, latest: readonly TimeDocument[]): Promise<readonly TimeDocument[]> {
    const later: TimeDocument[] = [];
    for (const chunk of inChunks(latest, IDS_PER_QUERY)) {
      const stored = await this.#stored(
        db,
        chunk.map(({ _id }) => _id),
      );
      const absent = chunk.filter(({ _id }) => !stored.has(_id));
      // Another process may insert some of them first.
      if (absent.length > 0) later.push(...(await insertAbsent(this.#times(db), absent)));
      later.push(...chunk.filter(({ _id, time }) => time > (stored.get(_id) ?? time)));
    }
    return later;
  }

  async #raise(db: Db, chunk: readonly TimeDocument[]): Promise<void> {
    const updates = chunk.map(({ _id, time }) => ({ updateOne: { filter: { _id }, update: { $max: { time } } } }));
    await this.#times(db).bulkWrite(updates, { ordered: false });
  }

  async #stored(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const stored = new Map<string, number>();
    for (const chunk of inChunks(ids, IDS_PER_QUERY)) {
      for await (const { _id, time } of this.#times(db).find({ _id: { $in: [...chunk] } })) stored.set(_id, time);
    }
    return stored;
  }

  #times(db: Db): Collection<TimeDocument> {
    return db.collection<TimeDocument>(this.name);
  }
}
