import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { LogPage } from '#libs/engine/event-store/embedded/log-reads.js';
import type { EventBytes } from '#libs/engine/event-store/embedded/record.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { memoryFolder } from './temp-folder.js';

/** A segment holds a few groups, and a run a few events. */
export const SMALL = { maxSegmentBytes: 1_100, eventsPerRun: 4 };

/** An append that was answered. */
export interface AnsweredAppend {
  readonly stream: string;
  readonly ids: readonly string[];
  /** Position of its last event. */
  readonly position: bigint;
}

/** A log of a few kilobytes that is closed, and what was answered while it was made. */
export interface SmallLog {
  readonly folder: string;
  readonly answered: readonly AnsweredAppend[];
}

/** Makes a log in several segments: streams that end in different ones, ids that are kept, metadata, a deleted stream. */
export async function makeSmallLog(maxSegmentBytes = SMALL.maxSegmentBytes): Promise<SmallLog> {
  const folder = join(memoryFolder(), 'events');
  const log = await EmbeddedLog.open({ folder, readOnly: false }, { ...SMALL, maxSegmentBytes });
  const answered: AnsweredAppend[] = [];
  const append = async (stream: string, count: number, expected: 'any' | 'noStream' | bigint) => {
    const events = Array.from({ length: count }, smallEvent);
    const { position } = await log.append(stream, events, expected);
    answered.push({ stream, ids: events.map(({ id }) => id), position });
  };
  await append('a-1', 2, 'noStream');
  await append('b-1', 1, 'any');
  await append('a-1', 1, 1n);
  await append('$$b-1', 1, 'any');
  await Promise.all([append('a-2', 2, 'noStream'), append('a-3', 3, 'any')]);
  await log.writePersistentSubscriptions(new Map([['b-1::group', Buffer.from('{"position":1}')]]));
  await append('b-2', 1, 'noStream');
  await log.tombstone('b-2', smallEvent(), 'any');
  await append('a-1', 2, 2n);
  await append('a-4', 1, 'noStream');
  await log.close();
  return { folder, answered };
}

/** An event that belongs to nothing. */
export function smallEvent(): EventBytes {
  const data = Buffer.from('{"name":"small"}');
  return { id: randomUUID(), type: 'Small', isJson: true, data, metadata: Buffer.from('{}') };
}

/**
 * A copy of a log.
 *
 * @param withIndex false: as a process leaves it that was killed before it wrote its index
 */
export function copyOf({ folder }: SmallLog, { withIndex }: { readonly withIndex: boolean }): string {
  const copy = join(memoryFolder(), 'events');
  cpSync(folder, copy, { recursive: true });
  if (!withIndex) rmSync(join(copy, 'index'), { recursive: true });
  return copy;
}

/** Every file of a log with its length, the segments first. */
export function filesOf(folder: string): readonly { readonly path: string; readonly bytes: number }[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.flatMap((name) => {
    const stat = statSync(join(folder, name));
    return stat.isFile() ? [{ path: name, bytes: stat.size }] : [];
  });
}

/** Opens a log, gives it to a function, and closes it. */
export async function withLog<T>(folder: string, use: (log: EmbeddedLog) => Promise<T>): Promise<T> {
  const log = await EmbeddedLog.open({ folder, readOnly: false }, SMALL);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

const FORWARDS = { direction: 'forwards', from: 0n, maxEvents: 1_000 } as const;
const BACKWARDS = { direction: 'backwards', from: 1_000n, maxEvents: 1_000 } as const;

/** What a log answers to each question, as text; or that it refuses to. */
export async function answersOf(log: EmbeddedLog, { answered }: SmallLog): Promise<Readonly<Record<string, string>>> {
  const answers: Record<string, string> = {};
  const ask = async (question: string, answer: () => Promise<unknown>) => {
    const text = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
    answers[question] = await answer().then(text, (error: Error) => `refused: ${error.name}`);
  };
  await ask('all', () => pages(log, FORWARDS));
  await ask('all backwards', () => pages(log, BACKWARDS));
  await ask('the second half', () => pages(log, { ...FORWARDS, from: 9n }));
  for (const stream of new Set(answered.map((append) => append.stream))) {
    await ask(stream, () => log.readStreamPage(stream, FORWARDS));
    await ask(`${stream} backwards`, () => log.readStreamPage(stream, BACKWARDS));
    await ask(`${stream} at its end`, async () => log.streamHead(stream));
  }
  await ask('groups', () => log.persistentSubscriptions());
  return answers;
}

/** Reads page by page, as readers do: what stands before a damage does not come without it. */
async function pages(log: EmbeddedLog, first: LogPage): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  const step = first.direction === 'forwards' ? 1n : -1n;
  for (let from = first.from; ; from = (events.at(-1)?.position ?? 0n) + step) {
    const page = await log.readAllPage({ ...first, from });
    if (page.length === 0) return events;
    events.push(...page);
  }
}
