import { createHash } from 'node:crypto';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';

/** Entries are spread over this many records, so that a write replaces little and writers rarely meet. */
const RECORDS = 64;
/** With {@link RECORDS}, at most 2,048 entries: sessions, grants, codes, refresh tokens. */
const MAX_ENTRIES_PER_RECORD = 32;
/** Writers that meet in one record try again; each attempt that fails means that another one succeeded. */
const MAX_ATTEMPTS = 100;

/** What the provider stores: JSON. */
type Payload = Readonly<Record<string, unknown>>;

interface Entry {
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly payload: Payload;
}

interface Entries {
  readonly entries: Readonly<Record<string, Entry>>;
}

/** An authorization code or a refresh token was used for a second time. */
export class AlreadyConsumedError extends Error {
  override readonly name = 'AlreadyConsumedError';
}

/**
 * Sessions, grants, codes and refresh tokens of the development issuer, in records of the read model: they survive a
 * restart, and servers that share the read model share them. The number of entries is bounded: a full record drops
 * expired entries, then the one that expires first. The ids of codes and refresh tokens are stored as hashes.
 */
export class GrantStore {
  constructor(
    private readonly records: RecordStore,
    private readonly clock: Clock,
  ) {}

  /** The stored payload; undefined: there is none, or it has expired. */
  async find(kind: string, id: string): Promise<Payload | undefined> {
    const key = keyOf(kind, id);
    const entry = (await this.#read(recordOf(key)))?.value.entries[key];
    return entry === undefined || entry.expiresAt <= this.clock() ? undefined : { ...entry.payload, jti: id };
  }

  /** The session with this `uid`. */
  async findByUid(kind: string, uid: string): Promise<Payload | undefined> {
    for (let record = 0; record < RECORDS; record += 1) {
      const entries = Object.values((await this.#read(record))?.value.entries ?? {});
      const found = entries.find((entry) => entry.kind === kind && entry.payload.uid === uid);
      if (found !== undefined) return found.expiresAt <= this.clock() ? undefined : found.payload;
    }
    return undefined;
  }

  /** @param lifetimeSeconds after which the entry is dropped */
  put(kind: string, id: string, payload: Payload, lifetimeSeconds: number): Promise<void> {
    const key = keyOf(kind, id);
    const { jti, ...rest } = payload;
    // A session is found by its uid as well, and then needs its id.
    const stored = kind === 'Session' ? { jti, ...rest } : rest;
    const entry = { kind, expiresAt: this.clock() + lifetimeSeconds * 1000, payload: stored };
    return this.#change(recordOf(key), (entries) => ({ ...withRoom(entries, key), [key]: entry }));
  }

  /** Marks a code or refresh token as used. @throws AlreadyConsumedError it was used before, by whichever server */
  consume(kind: string, id: string): Promise<void> {
    const key = keyOf(kind, id);
    return this.#change(recordOf(key), (entries) => {
      const entry = entries[key];
      if (entry === undefined || entry.payload.consumed !== undefined) throw new AlreadyConsumedError();
      const consumed = Math.floor(this.clock() / 1000);
      return { ...entries, [key]: { ...entry, payload: { ...entry.payload, consumed } } };
    });
  }

  remove(kind: string, id: string): Promise<void> {
    const key = keyOf(kind, id);
    return this.#change(recordOf(key), (entries) => without(entries, ([candidate]) => candidate === key));
  }

  /** Removes every code and token of a grant. */
  async removeOfGrant(grantId: string): Promise<void> {
    for (let record = 0; record < RECORDS; record += 1) {
      await this.#change(record, (entries) => without(entries, ([, { payload }]) => payload.grantId === grantId));
    }
  }

  #read(record: number) {
    return this.records.record<Entries>(nameOf(record));
  }

  async #change(record: number, change: (entries: Entries['entries']) => Entries['entries']): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const stored = await this.#read(record);
      const before = stored?.value.entries ?? {};
      const after = change(without(before, ([, { expiresAt }]) => expiresAt <= this.clock()));
      if (after === before) return;
      if ((await this.records.putRecord(nameOf(record), { entries: after }, stored?.version)) !== undefined) return;
    }
    throw new Error('the sign-in could not be stored, because too many requests wrote at once: try again');
  }
}

function nameOf(record: number): string {
  return `development-issuer-${record}`;
}

function keyOf(kind: string, id: string): string {
  return createHash('sha256').update(`${kind}:${id}`).digest('hex');
}

function recordOf(key: string): number {
  return Number.parseInt(key.slice(0, 4), 16) % RECORDS;
}

function without(entries: Entries['entries'], isGone: (entry: [string, Entry]) => boolean): Entries['entries'] {
  const all = Object.entries(entries);
  const kept = all.filter((entry) => !isGone(entry));
  return kept.length === all.length ? entries : Object.fromEntries(kept);
}

/** Drops the entries that expire first, until there is room for one more. */
function withRoom(entries: Entries['entries'], key: string): Entries['entries'] {
  const others = Object.entries(entries).filter(([candidate]) => candidate !== key);
  const latestFirst = others.sort(([, one], [, other]) => other.expiresAt - one.expiresAt);
  return Object.fromEntries(latestFirst.slice(0, MAX_ENTRIES_PER_RECORD - 1));
}
