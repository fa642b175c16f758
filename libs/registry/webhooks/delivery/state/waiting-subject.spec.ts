import type { Attempt } from '../sending/attempt.js';
import { afterFailure, type EventReference, released, type WaitingSubject } from './waiting-subject.js';

const event: EventReference = { eventId: 'e', type: 't', subject: '1', stream: 's', revision: '0', position: '5' };
const attempt: Attempt = { outcome: 'failed', at: 0, durationMs: 1, answer: '' };
const HOUR = 3_600_000;

/** Fails again whenever it is due, until it is parked or the time is over. Answers the times. */
function failUntil(hours: number, endpointSucceededAt: number | undefined): readonly WaitingSubject[] {
  const states: WaitingSubject[] = [];
  for (let now = 0; now < hours * HOUR; ) {
    const next = afterFailure(states.at(-1), event, { attempt, now, endpointSucceededAt });
    states.push(next);
    if (next.parkedAt !== undefined) break;
    now = next.nextAt;
  }
  return states;
}

describe('a subject whose delivery fails', () => {
  it('is tried at growing intervals, of an hour at most', () => {
    const waits = failUntil(48, undefined).map(({ nextAt }, index, all) => nextAt - (all[index - 1]?.nextAt ?? 0));
    expect(waits[0]).toBeLessThanOrEqual(2_000);
    expect(waits.length).toBeGreaterThan(50);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(HOUR);
    for (const wait of waits.slice(15)) expect(wait).toBeGreaterThanOrEqual(HOUR / 2);
  });

  it('is parked after three days in which others were delivered', () => {
    const last = failUntil(24 * 30, HOUR).at(-1);
    expect(last?.parkedAt).toBeGreaterThanOrEqual(72 * HOUR);
    expect(last?.parkedAt).toBeLessThan(74 * HOUR);
  });

  it('is not parked while the endpoint accepts nothing', () => {
    expect(failUntil(24 * 30, undefined).at(-1)?.parkedAt).toBeUndefined();
    expect(failUntil(24 * 30, -HOUR).at(-1)?.parkedAt).toBeUndefined();
  });

  it('waits as long as its receiver asks', () => {
    const asked = { ...attempt, retryAfterMs: 5 * HOUR };
    expect(afterFailure(undefined, event, { attempt: asked, now: 0, endpointSucceededAt: 1 }).nextAt).toBe(5 * HOUR);
  });

  it('has three days again when it is released, and for its next event', () => {
    const parked = failUntil(24 * 30, HOUR).at(-1) as WaitingSubject;
    const now = 100 * HOUR;
    expect(released(parked, now)).toMatchObject({ event, since: now, failures: 0, nextAt: now });
    expect(released(parked, now)).not.toHaveProperty('parkedAt');
    const later = { ...event, eventId: 'f' };
    const options = { attempt, now, endpointSucceededAt: HOUR };
    expect(afterFailure(parked, later, options)).toMatchObject({ event: later, since: now, failures: 1 });
  });
});
