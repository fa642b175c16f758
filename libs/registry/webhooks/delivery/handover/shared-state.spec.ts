import type { Entry } from '#libs/engine/documents/port/lasting-entries.js';
import { keys, LIVE_LINE } from '../state/delivery-keys.js';
import type { StoredLine, StoredReplay } from '../state/stored-lines.js';
import type { WaitingSubject } from '../state/waiting-subject.js';
import { entriesOf, MAX_SHARED_WAITING, sharedStateOf, textWithoutPlace } from './shared-state.js';

const W = '1001';
const line = (position: number): StoredLine => ({ position: `${position}`, log: 'l', health: { succeededAt: 7 } });
const replay: StoredReplay = { position: '40', until: '90' };

/** A subject that waits, whose first event that is not delivered is at a position. */
const waiting = (position: number, name = LIVE_LINE): Entry => {
  const stream = `application-${position}`;
  const event = { eventId: `e${position}`, type: 't', subject: 's', stream, revision: '3', position: `${position}` };
  const last = { outcome: 'failed' as const, at: 1, durationMs: 2, status: 500, answer: 'a long answer' };
  const value: WaitingSubject = { event, since: 1, failures: 2, nextAt: 3, last };
  return { key: keys.waiting(W, name, stream), value };
};
const withoutAnswer = ({ key, value }: Entry) => {
  const subject = value as WaitingSubject;
  return { key, value: { ...subject, last: { ...subject.last, answer: '' } } };
};

describe('the state of a webhook that is handed over', () => {
  it('given a place, subjects that wait and a replay, is all of them but the answers', () => {
    const entries = [waiting(30), waiting(50), waiting(45, 'r1'), { key: keys.replay(W, 'r1'), value: replay }];
    const { state, leftOut } = sharedStateOf(W, line(60), entries);
    expect(leftOut).toBe(0);
    const expected = [
      ...entries.map((entry) => (entry.value === replay ? entry : withoutAnswer(entry))),
      { key: keys.line(W), value: line(60) },
    ];
    const sorted = (all: readonly Entry[]) => all.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    expect(sorted(entriesOf(W, JSON.parse(JSON.stringify(state))))).toEqual(sorted(expected));
  });

  it('given a webhook that has delivered nothing, is empty', () => {
    expect(entriesOf(W, sharedStateOf(W, undefined, []).state)).toEqual([]);
  });

  it('given more subjects than fit, begins before the first that is left out', () => {
    const all = Array.from({ length: MAX_SHARED_WAITING + 5 }, (_, index) => waiting(1_000 + index * 10));
    const { state, leftOut } = sharedStateOf(W, line(90_000), all.toReversed());
    expect(leftOut).toBe(5);
    expect(Object.keys(state.waiting)).toHaveLength(MAX_SHARED_WAITING);
    const firstLeftOut = 1_000 + MAX_SHARED_WAITING * 10;
    expect(state.line?.position).toBe(`${firstLeftOut - 1}`);
    for (const { event } of Object.values(state.waiting)) expect(Number(event.position)).toBeLessThan(firstLeftOut);
  });

  it('given more subjects than fit, lowers only the lines to which they belong', () => {
    const kept = Array.from({ length: MAX_SHARED_WAITING }, (_, index) => waiting(index));
    const entries = [
      ...kept,
      waiting(5_000, 'r1'),
      { key: keys.replay(W, 'r1'), value: { ...replay, position: '6000' } },
    ];
    const { state } = sharedStateOf(W, line(90_000), entries);
    expect([state.line?.position, state.replays.r1?.position]).toEqual(['90000', '4999']);
  });

  it('fits into one append with as many subjects as it may have', () => {
    const all = Array.from({ length: MAX_SHARED_WAITING }, (_, index) => {
      const { key, value } = waiting(10 ** 15 + index);
      const subject = value as WaitingSubject;
      return { key, value: { ...subject, last: { ...subject.last, reason: 'r'.repeat(2_000) } } };
    });
    expect(JSON.stringify(sharedStateOf(W, line(1), all).state).length).toBeLessThan(900_000);
  });

  it('has the same text as long as only its place moves', () => {
    const at = (position: number, entries: readonly Entry[] = []) =>
      textWithoutPlace(sharedStateOf(W, line(position), entries).state);
    expect(at(5)).toBe(at(9));
    expect(at(5)).not.toBe(at(5, [waiting(3)]));
  });
});
