import type { EntryWrite, LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { Attempt } from '../sending/attempt.js';
import { keys } from './delivery-keys.js';
import type { EventReference } from './waiting-subject.js';

/** An attempt, and what was to be delivered. */
export interface LoggedAttempt extends Attempt {
  readonly event: EventReference;
  /** The number of the attempt, from 1. */
  readonly number: number;
  /** The replay to which it belongs; undefined: the event was delivered as it happened. */
  readonly replay?: string;
}

/** Attempts in one stored part, and the parts that are kept: of each webhook the newest 950 to 1,000 attempts. */
export const ATTEMPTS_PER_PART = 50;
export const KEPT_PARTS = 20;

interface StoredPart {
  readonly attempts: readonly LoggedAttempt[];
}

/** The newest attempts of one webhook. They are stored in parts, so that thousands a second cost a few writes. */
export class AttemptLog {
  /** The oldest part that is stored, and the newest one. */
  #oldest: number;
  #part: number;
  #attempts: LoggedAttempt[];
  /** Parts that differ from what is stored. */
  #changed = new Map<number, readonly LoggedAttempt[]>();

  private constructor(
    private readonly webhook: string,
    { oldest, part, attempts }: { oldest: number; part: number; attempts: readonly LoggedAttempt[] },
  ) {
    this.#oldest = oldest;
    this.#part = part;
    this.#attempts = [...attempts];
  }

  /** Goes on with what is stored. @throws ReadModelUnavailableError */
  static async open(entries: LastingEntries, webhook: string): Promise<AttemptLog> {
    const prefix = keys.attemptsOf(webhook);
    const stored = await entries.list(prefix);
    const last = stored.at(-1);
    const [oldest = 0, part = 0] = [stored[0], last].map((one) => one && Number(one.key.slice(prefix.length)));
    return new AttemptLog(webhook, { oldest, part, attempts: (last?.value as StoredPart | undefined)?.attempts ?? [] });
  }

  add(attempt: LoggedAttempt): void {
    if (this.#attempts.length >= ATTEMPTS_PER_PART) {
      this.#part += 1;
      this.#attempts = [];
    }
    this.#attempts.push(attempt);
    this.#changed.set(this.#part, this.#attempts);
    this.#changed.delete(this.#part - KEPT_PARTS);
  }

  /** What is to be written since the last call. */
  takeWrites(): readonly EntryWrite[] {
    const changed = this.#changed;
    this.#changed = new Map();
    const writes: EntryWrite[] = Array.from(changed, ([part, attempts]) => ({
      key: keys.attempts(this.webhook, part),
      value: { attempts: [...attempts] },
    }));
    for (; this.#oldest <= this.#part - KEPT_PARTS; this.#oldest += 1) {
      writes.push({ key: keys.attempts(this.webhook, this.#oldest), value: undefined });
    }
    return writes;
  }
}

/** The newest attempts of a webhook as they are stored, the newest first. @throws ReadModelUnavailableError */
export async function storedAttempts(entries: LastingEntries, webhook: string): Promise<readonly LoggedAttempt[]> {
  const parts = await entries.list(keys.attemptsOf(webhook));
  return parts.flatMap(({ value }) => (value as StoredPart).attempts).toReversed();
}
