import type { Entry } from '#libs/engine/documents/port/lasting-entries.js';
import { keys, LIVE_LINE } from '../state/delivery-keys.js';
import type { StoredLine, StoredReplay } from '../state/stored-lines.js';
import type { WaitingSubject } from '../state/waiting-subject.js';

/** Subjects of a webhook that wait, in a shared state: some 400 kB, and an append may have a megabyte. */
export const MAX_SHARED_WAITING = 1_000;

/** The longest reason of a failure in a shared state. */
const MAX_REASON = 200;

/** What another process needs to go on with the deliveries to a webhook. */
export interface SharedState {
  /** Undefined: nothing has been delivered yet. */
  readonly line?: StoredLine;
  /** The subjects that wait, by the names of their lines and streams; without answers of the receiver. */
  readonly waiting: Readonly<Record<string, WaitingSubject>>;
  readonly replays: Readonly<Record<string, StoredReplay>>;
}

/** A shared state, and how many subjects that wait are not in it. */
export interface BoundedState {
  readonly state: SharedState;
  readonly leftOut: number;
}

/** The prefixes of the entries of a webhook that its shared state holds. */
export function sharedPrefixes(webhook: string): readonly string[] {
  return [keys.waitingOf(webhook), keys.replaysOf(webhook)];
}

/**
 * The shared state of a webhook, of what is stored of it. With more than {@link MAX_SHARED_WAITING} subjects the newest are
 * left out, and their lines begin before the first of these: what follows there may be delivered twice, nothing is lost.
 */
export function sharedStateOf(webhook: string, line: StoredLine | undefined, entries: readonly Entry[]): BoundedState {
  const under = <T>(prefix: string) =>
    entries.flatMap(({ key, value }) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value as T] as const] : [],
    );
  const waiting = under<WaitingSubject>(keys.waitingOf(webhook)).toSorted(([, a], [, b]) => ascending(a, b));
  const leftOut = waiting.slice(MAX_SHARED_WAITING);
  const first = firstOfLines(leftOut);
  const replays = under<StoredReplay>(keys.replaysOf(webhook));
  return {
    state: {
      ...(line && { line: beginningBefore(line, first.get(LIVE_LINE)) }),
      waiting: Object.fromEntries(
        waiting.slice(0, MAX_SHARED_WAITING).map(([name, one]) => [name, withoutAnswer(one)]),
      ),
      replays: Object.fromEntries(replays.map(([id, replay]) => [id, beginningBefore(replay, first.get(id))])),
    },
    leftOut: leftOut.length,
  };
}

/** The entries of a webhook that a shared state stands for. */
export function entriesOf(webhook: string, { line, waiting, replays }: SharedState): readonly Entry[] {
  return [
    ...Object.entries(waiting).map(([name, value]) => ({ key: keys.waitingOf(webhook) + name, value })),
    ...Object.entries(replays).map(([id, value]) => ({ key: keys.replay(webhook, id), value })),
    ...(line === undefined ? [] : [{ key: keys.line(webhook), value: line }]),
  ];
}

/** A shared state as text, but for the place of the events as they happen, which moves with every event of the log. */
export function textWithoutPlace({ line, ...others }: SharedState): string {
  return JSON.stringify([{ ...line, position: '' }, others]);
}

/** The first position of each line among subjects in ascending order. */
function firstOfLines(subjects: readonly (readonly [string, WaitingSubject])[]): ReadonlyMap<string, bigint> {
  const first = new Map<string, bigint>();
  for (const [name, { event }] of subjects) {
    const [line = ''] = name.split('/');
    if (!first.has(line)) first.set(line, BigInt(event.position));
  }
  return first;
}

function beginningBefore<T extends { readonly position: string }>(line: T, first: bigint | undefined): T {
  if (first === undefined || BigInt(line.position) < first) return line;
  return { ...line, position: (first - 1n).toString() };
}

function withoutAnswer(subject: WaitingSubject): WaitingSubject {
  const { reason, ...last } = subject.last;
  return { ...subject, last: { ...last, ...(reason && { reason: reason.slice(0, MAX_REASON) }), answer: '' } };
}

function ascending({ event: a }: WaitingSubject, { event: b }: WaitingSubject): number {
  return Number(BigInt(a.position) - BigInt(b.position));
}
