import { sinceOf } from './since.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const DAY = 86_400_000;

describe('since when applications have not been used', () => {
  it.each([
    ['90d', NOW - 90 * DAY],
    ['12h', NOW - DAY / 2],
    ['0', NOW],
    ['0d', NOW],
    ['2026-11-29T12:00:00Z', NOW],
    ['2026-11-28t13:00:00.500+01:00', NOW - DAY + 500],
    ['1970-01-01T00:00:00Z', 0],
  ])('%s is a time up to now', (text, time) => {
    expect(sinceOf(text, NOW)).toBe(time);
  });

  it.each([
    '',
    'd',
    '-1d',
    '1.5d',
    '90',
    '90 d',
    '90D',
    '999999999d',
    '1e3d',
    '٣d',
    'yesterday',
    '2026-11-28',
    '2026-11-28T12:00:00',
    '2026-13-01T00:00:00Z',
    '2026-11-29T12:00:01Z',
    '1969-12-31T23:59:59Z',
    '2026-11-28T12:00:00Z ',
  ])('%j is none', (text) => {
    expect(sinceOf(text, NOW)).toBeUndefined();
  });
});
