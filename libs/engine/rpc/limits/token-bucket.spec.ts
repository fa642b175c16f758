import fc from 'fast-check';
import { type Bucket, returnToken, takeToken } from './token-bucket.js';

const rate = { perSecond: 2, burst: 3 };

describe('a token bucket', () => {
  it('starts full, and refills at the rate, up to the burst', () => {
    expect(takeToken(undefined, rate, 1_000)).toEqual({ bucket: { tokens: 2, at: 1_000 }, waitMs: 0 });
    expect(takeToken({ tokens: 0, at: 1_000 }, rate, 2_000).bucket.tokens).toBe(1);
    expect(takeToken({ tokens: 0, at: 1_000 }, rate, 60_000).bucket.tokens).toBe(2);
  });

  it('returns the time until the next token', () => {
    expect(takeToken({ tokens: 0, at: 0 }, rate, 0).waitMs).toBe(500);
    expect(takeToken({ tokens: 0.5, at: 0 }, rate, 0).waitMs).toBe(250);
    expect(takeToken({ tokens: 0, at: 0 }, rate, 500).waitMs).toBe(0);
  });

  it('accepts a returned token, but never holds more than the burst', () => {
    expect(returnToken({ tokens: 1, at: 0 }, rate).tokens).toBe(2);
    expect(returnToken({ tokens: 3, at: 0 }, rate).tokens).toBe(3);
  });

  it('adds no tokens when the clock was set back', () => {
    expect(takeToken({ tokens: 0, at: 5_000 }, rate, 1_000).waitMs).toBe(500);
  });

  it('never lets through more than the burst plus the tokens added since', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(700), { maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (pauses, perSecond, burst) => {
          let bucket: Bucket | undefined;
          let now = 0;
          let passed = 0;
          for (const pause of pauses) {
            now += pause;
            const taken = takeToken(bucket, { perSecond, burst }, now);
            bucket = taken.bucket;
            if (taken.waitMs === 0) passed += 1;
          }
          expect(passed).toBeLessThanOrEqual(burst + (now / 1_000) * perSecond + 1e-6);
        },
      ),
    );
  });
});
