import { EndpointHealth } from './endpoint-health.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Lets deliveries of these subjects fail, one after the other. Answers the holds. */
function fail(health: EndpointHealth, subjects: readonly string[], { status = 0, isRetry = false } = {}) {
  return subjects.map((subject) => health.failed({ subject, now: 0, status: status || undefined, isRetry }, 0.999));
}

const five = ['1', '2', '3', '4', '5'];

describe('an endpoint', () => {
  it('is away when deliveries of five subjects have found nobody, and is tried at intervals up to five minutes', () => {
    const health = new EndpointHealth();
    expect(fail(health, ['1', '2', '3', '4', '4', '1'])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(health).toMatchObject({ isDown: false, isAway: false });
    const holds = fail(
      health,
      Array.from({ length: 20 }, () => '5'),
    );
    expect(health).toMatchObject({ isDown: true, isAway: true, limit: 1 });
    expect(holds[0]).toBeLessThanOrEqual(SECOND);
    expect(holds.toSorted((a, b) => a - b)).toEqual(holds);
    expect(holds.at(-1)).toBeGreaterThan(4 * MINUTE);
    expect(holds.at(-1)).toBeLessThanOrEqual(5 * MINUTE);
  });

  it.each([408, 429, 502, 503, 504])('is away when what is in front of it answers %i', (status) => {
    const health = new EndpointHealth();
    fail(health, five, { status });
    expect(health.isAway).toBe(true);
  });

  it('that answers and accepts nothing is asked again within five seconds', () => {
    const health = new EndpointHealth();
    const holds = fail(health, [...five, ...five, ...five, ...five], { status: 500 });
    expect(health).toMatchObject({ isDown: true, isAway: false });
    expect(holds.at(-1)).toBeGreaterThan(4 * SECOND);
    expect(Math.max(...holds)).toBeLessThanOrEqual(5 * SECOND);
  });

  it('is not down because subjects that wait are refused again', () => {
    const health = new EndpointHealth();
    expect(fail(health, [...five, '6', '7'], { status: 422, isRetry: true })).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(health.isDown).toBe(false);
    fail(health, five, { isRetry: true });
    expect(health.isDown).toBe(true);
  });

  it('is well again with the first delivery that it accepts', () => {
    const health = new EndpointHealth();
    fail(health, five);
    health.succeeded(7);
    expect(health).toMatchObject({ isDown: false, isAway: false, succeededAt: 7, stored: { succeededAt: 7 } });
    expect(fail(health, five.slice(0, 4))).toEqual([0, 0, 0, 0]);
  });
});
