import { timeField } from './logger.js';

describe('the time field of a log line', () => {
  it('is the time of its own millisecond', () => {
    let now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const field = timeField(() => now);
    expect(field()).toBe(',"time":"2026-01-02T03:04:05.678Z"');
    expect(field()).toBe(',"time":"2026-01-02T03:04:05.678Z"');
    now += 1;
    expect(field()).toBe(',"time":"2026-01-02T03:04:05.679Z"');
    now -= 1_000;
    expect(field()).toBe(',"time":"2026-01-02T03:04:04.679Z"');
  });
});
