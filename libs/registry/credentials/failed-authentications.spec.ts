import { setImmediate } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Registry } from 'prom-client';
import type { OAuthError } from '#libs/registry/shared/oauth/oauth-error.js';
import { FailedAuthentications } from './failed-authentications.js';

let logged: object[];
let registry: Registry;
let failures: FailedAuthentications;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
  logged = [];
  registry = new Registry();
  const note = (fields: object) => void logged.push(fields);
  failures = new FailedAuthentications(registry, { info: note, warn: note, error: note });
});
afterEach(() => {
  jest.useRealTimers();
});

const fail = (clientId: string, isKnown = true) => failures.fail({ clientId, isKnown, reason: 'wrong_secret' });

/** Whether a failure is answered after so many milliseconds, and not one millisecond earlier. */
async function isAnsweredAfter(milliseconds: number, failure: Promise<OAuthError>): Promise<boolean> {
  let isAnswered = false;
  void failure.then(() => {
    isAnswered = true;
  });
  jest.advanceTimersByTime(milliseconds - 1);
  await setImmediate();
  if (isAnswered) return false;
  jest.advanceTimersByTime(1);
  await setImmediate();
  return isAnswered;
}

it('the answers to failures of a client wait longer each time, up to a second', async () => {
  for (const delay of [50, 100, 200, 400, 800, 1_000, 1_000]) {
    expect(await isAnsweredAfter(delay, fail('1'))).toBe(true);
  }
  expect(await isAnsweredAfter(50, fail('2'))).toBe(true);
});

it('a client that does not exist waits as long as one that does', async () => {
  for (const delay of [50, 100, 200]) expect(await isAnsweredAfter(delay, fail('1', false))).toBe(true);
});

it('further failures are told to slow down at once: twenty of a client wait, and five hundred of all', async () => {
  const statusOf = async (clientId: string) => {
    const answer = await Promise.race([fail(clientId), setImmediate('waits')]);
    return typeof answer === 'string' ? answer : answer.status;
  };
  for (let failed = 0; failed < 20; failed += 1) expect(await statusOf('1')).toBe('waits');
  expect([await statusOf('1'), await statusOf('2')]).toEqual([429, 'waits']);
  for (let failed = 21; failed < 500; failed += 1) expect(await statusOf(`other ${failed}`)).toBe('waits');
  expect(await statusOf('3')).toBe(429);
  jest.advanceTimersByTime(1_000);
  expect([await statusOf('1'), await statusOf('3')]).toEqual(['waits', 'waits']);
});

it('they are counted by reason, and logged for clients that exist: the first, the tenth and the hundredth', async () => {
  for (let failed = 0; failed < 150; failed += 1) void fail('1');
  void failures.fail({ clientId: 'a pasted secret', isKnown: false, reason: 'unknown_client' });
  const metrics = await registry.metrics();
  expect(metrics).toContain('appledger_client_authentication_failures_total{reason="wrong_secret"} 150\n');
  expect(metrics).toContain('appledger_client_authentication_failures_total{reason="unknown_client"} 1\n');
  expect(metrics).toContain('appledger_client_authentication_failures_waiting 21\n');
  const entry = { client: '1', reason: 'wrong_secret' };
  expect(logged).toEqual([1, 10, 100].map((count) => ({ ...entry, failures: count })));
});
