import fc from 'fast-check';
import { given } from '../../../test/support/decider.js';
import { applicationDecider } from './application.decide.js';
import type { ApplicationEvent } from './application.events.js';
import { noticesOf } from './secret-expiry.js';

const appId = '1001';
const secretId = '5002';
const DAY = 86_400_000;
const ADDED = Date.UTC(2024, 3, 10);
const at = (ms: number) => new Date(ms).toISOString();
const drawn = (id: string) => ({ secretId: id, secretHash: '$sha256$salt$hash', secretHint: 'hint' });

const portal: readonly ApplicationEvent[] = [
  { type: 'ApplicationAdded', data: { appId, projectId: '2001', name: 'Portal' } },
  { type: 'ApiConfigAdded', data: { appId, clientId: '3001', authMethod: 'basic', ...drawn('5001') } },
];
const livesFor = (days: number): readonly ApplicationEvent[] => [
  ...portal,
  {
    type: 'SecretAdded',
    data: { appId, ...drawn(secretId), name: 'Billing', addedAt: at(ADDED), expiresAt: at(ADDED + days * DAY) },
  },
];
const expiring = (days: number, lifeDays: number): ApplicationEvent => ({
  type: 'SecretExpiring',
  data: { appId, secretId, days, expiresAt: at(ADDED + lifeDays * DAY) },
});
const expired = (lifeDays: number): ApplicationEvent => ({
  type: 'SecretExpired',
  data: { appId, secretId, expiresAt: at(ADDED + lifeDays * DAY) },
});
const note = (now: number, id = secretId) => ({ type: 'NoteSecretExpiry', appId, secretId: id, now }) as const;

describe('the notices of a secret', () => {
  it.each([
    [90, [30, 7, 1, 0]],
    [30, [7, 1, 0]], // 30 days before its expiry is when it was added
    [10, [7, 1, 0]],
    [1, [0]],
  ])('that lives for %d days are due before it expires and when it does: %j', (life, days) => {
    const notices = noticesOf({ expiresAt: ADDED + life * DAY, setAt: ADDED });
    expect(notices.map(({ days: left, at: due }) => [left, (ADDED + life * DAY - due) / DAY])).toEqual(
      days.map((left) => [left, left]),
    );
  });
});

describe('NoteSecretExpiry', () => {
  it.each([30, 7, 1])('notes that the secret expires in %d days, from that time on', (days) => {
    const due = ADDED + (90 - days) * DAY;
    given(
      applicationDecider,
      ...livesFor(90),
      ...(days < 30 ? [expiring(30, 90)] : []),
      ...(days < 7 ? [expiring(7, 90)] : []),
    )
      .when(note(due - 1))
      .thenRefused('SECRET-Nt7cE');
    given(applicationDecider, ...livesFor(90))
      .when(note(due))
      .thenEvents(expiring(days, 90));
  });

  it('notes that the secret has expired, once', () => {
    const end = ADDED + 90 * DAY;
    given(applicationDecider, ...livesFor(90), expiring(1, 90))
      .when(note(end))
      .thenEvents(expired(90));
    given(applicationDecider, ...livesFor(90), expired(90))
      .when(note(end + DAY))
      .thenRefused('SECRET-Nt7cE');
  });

  it('notes only the newest of several notices that are due', () => {
    given(applicationDecider, ...livesFor(90))
      .when(note(ADDED + 85 * DAY))
      .thenEvents(expiring(7, 90));
    given(applicationDecider, ...livesFor(90))
      .when(note(ADDED + 120 * DAY))
      .thenEvents(expired(90));
  });

  it('notes nothing earlier after the clock has been set back', () => {
    given(applicationDecider, ...livesFor(90), expiring(7, 90))
      .when(note(ADDED + 61 * DAY))
      .thenRefused('SECRET-Nt7cE');
    given(applicationDecider, ...livesFor(90), expired(90))
      .when(note(ADDED + 61 * DAY))
      .thenRefused('SECRET-Nt7cE');
  });

  it('notes nothing of a secret that does not expire, is gone, or never was', () => {
    const later = ADDED + 120 * DAY;
    const gone: ApplicationEvent = { type: 'SecretRemoved', data: { appId, secretId } };
    given(applicationDecider, ...livesFor(90))
      .when(note(later, '5001'))
      .thenRefused('SECRET-Nt7cE');
    given(applicationDecider, ...livesFor(90), gone)
      .when(note(later))
      .thenRefused('SECRET-Nt7cE');
    given(applicationDecider).when(note(later)).thenRefused('SECRET-Nt7cE');
  });

  it('counts from the replacement of a secret, when that makes it expire earlier', () => {
    const replaced: ApplicationEvent = {
      type: 'ApiSecretChanged',
      data: { appId, ...drawn('5003'), changedAt: at(ADDED + DAY), formerSecretsEndAt: at(ADDED + 3 * DAY) },
    };
    const past = [...livesFor(90), replaced];
    given(applicationDecider, ...past)
      .when(note(ADDED + 1.5 * DAY))
      .thenRefused('SECRET-Nt7cE');
    given(applicationDecider, ...past)
      .when(note(ADDED + 2 * DAY))
      .thenEvents(expiring(1, 3));
    given(applicationDecider, ...past)
      .when(note(ADDED + 3 * DAY))
      .thenEvents(expired(3));
  });

  it('writes each notice at most once, and in order, whatever the clock does', () => {
    const times = fc.array(fc.integer({ min: -5, max: 130 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 100 }), (days, life) => {
        let past = [...livesFor(life)];
        for (const day of days) {
          const state = past.reduce(applicationDecider.evolve, applicationDecider.initial);
          const decision = applicationDecider.decide(state, note(ADDED + day * DAY));
          if (decision.accepted) past = [...past, ...decision.events];
        }
        const noted = past.flatMap((event) =>
          event.type === 'SecretExpiring' ? [event.data.days] : event.type === 'SecretExpired' ? [0] : [],
        );
        expect(noted).toEqual([...new Set(noted)].toSorted((a, b) => b - a));
        expect(noted.every((left) => left < life)).toBe(true);
      }),
    );
  });
});
