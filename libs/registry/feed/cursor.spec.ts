import fc from 'fast-check';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { cursorsOf } from './cursor.js';

const positions = fc.bigInt({ min: -1n, max: MAX_INT64 });

describe('a cursor', () => {
  it('is read as the position that it was made of, in its own log only', () => {
    fc.assert(
      fc.property(positions, fc.uuid(), fc.uuid(), (position, log, other) => {
        const cursor = cursorsOf(log).after(position);
        expect(cursorsOf(log).positionOf(cursor)).toBe(position);
        if (log !== other) expect(() => cursorsOf(other).positionOf(cursor)).toThrow('FEED-w4Kp2');
      }),
    );
  });

  it('has characters that need no escape in a URL or a header', () => {
    fc.assert(fc.property(positions, (position) => /^[\w-]+$/.test(cursorsOf(undefined).after(position))));
  });

  it('is no other text', () => {
    const cursor = cursorsOf('a').after(7n);
    const wrong = ['', 'x', cursor.slice(1), `${cursor}A`, `${cursor}=`, ` ${cursor}`, 'é'.repeat(23), '/'.repeat(23)];
    for (const text of wrong) expect([text, cursorsOf('a').positionOf(text)]).toEqual([text, undefined]);
    const beyond = Buffer.from(cursor, 'base64url').fill(0xff, 9).toString('base64url');
    expect(cursorsOf('a').positionOf(beyond)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => cursorsOf('a').positionOf(text) === undefined));
  });
});
