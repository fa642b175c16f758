import { EndpointHealth } from './endpoint-health.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Lets deliveries of these subjects fail, each after the hold of the one before. Answers the holds. */
function fail(health: EndpointHealth, subjects: readonly string[], { status = 0, isRetry = false } = {}) {
  let now = 0;
  return subjects.map((subject) => {
    const hold = health.failed({ subject, now, status: status || undefined, isRetry }, 0.999);
    now += hold;
    return hold;
  });
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

  it('is tried again as soon when many deliveries were under way as it went', () => {
    const health = new EndpointHealth();
    const subjects = Array.from({ length: 32 }, (_, index) => `${index}`);
    const holds = subjects.map((subject) =>
      health.failed({ subject, now: 1_000, status: undefined, isRetry: false }, 0.999),
    );
    expect(Math.max(...holds)).toBeLessThanOrEqual(SECOND);
    expect(health.failed({ subject: '1', now: 1_500, status: undefined, isRetry: true })).toBeLessThanOrEqual(
      SECOND / 2,
    );
    expect(health.failed({ subject: '1', now: 2_000, status: undefined, isRetry: true }, 0.999)).toBeGreaterThan(
      SECOND,
    );
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
