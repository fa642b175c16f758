import { randomUUID } from 'node:crypto';
import type { EntryWrite, LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { keys } from '../state/delivery-keys.js';

/** Another process has begun to deliver. */
export class TakenOverError extends Error {
  override readonly name = 'TakenOverError';

  constructor() {
    super('another process delivers to the webhooks now');
  }
}

/**
 * Changes of the state of deliveries that are still to be stored, in order. They are stored together, and only while
 * this process is the one that delivers; what cannot be stored now is kept.
 */
export class UnsavedState {
  readonly #self = randomUUID();
  readonly #unsaved = new Map<string, object | undefined>();
  #isAway = false;

  constructor(
    private readonly entries: LastingEntries,
    private readonly log: Log,
  ) {}

  get isEmpty(): boolean {
    return this.#unsaved.size === 0;
  }

  has(key: string): boolean {
    return this.#unsaved.has(key);
  }

  /** The newest value, stored or not. @throws ReadModelUnavailableError */
  async newest<T extends object>(key: string): Promise<T | undefined> {
    return (this.#unsaved.get(key) as T | undefined) ?? (await this.entries.get<T>(key));
  }

  /** Says that this process delivers from now on. @throws ReadModelUnavailableError */
  own(): Promise<void> {
    return this.entries.write([{ key: keys.owner, value: { process: this.#self } }]);
  }

  /** Takes changes that are to be stored. */
  keep(writes: readonly EntryWrite[]): void {
    for (const { key, value } of writes) {
      this.#unsaved.delete(key); // the newest value comes last
      this.#unsaved.set(key, value);
    }
  }

  /**
   * Stores what is kept.
   *
   * @returns what has been stored; nothing when the stores are away, which the log says once
   * @throws TakenOverError
   */
  async store(): Promise<readonly EntryWrite[]> {
    if (this.isEmpty) return [];
    try {
      const owner = await this.entries.get<{ readonly process?: string }>(keys.owner);
      if (owner?.process !== this.#self) throw new TakenOverError();
      const writes = Array.from(this.#unsaved, ([key, value]) => ({ key, value }));
      await this.entries.write(writes);
      for (const { key, value } of writes) if (this.#unsaved.get(key) === value) this.#unsaved.delete(key);
      if (this.#isAway) this.log.info({}, 'the state of deliveries to webhooks is stored again');
      this.#isAway = false;
      return writes;
    } catch (error) {
      if (error instanceof TakenOverError) throw error;
      this.away(error);
      return [];
    }
  }

  /** Forgets what is kept. */
  clear(): void {
    this.#unsaved.clear();
  }

  /** Takes why something cannot be done now. The log says it once, until something has been stored again. */
  away(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.log.warn({ reason: messageOf(error) }, 'deliveries to webhooks cannot be begun or stored now; trying again');
  }
}
