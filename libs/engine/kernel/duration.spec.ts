import { parseDuration } from './duration.js';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['007d', 604_800_000],
    ['999999999d', 86_399_999_913_600_000],
  ])('reads %j as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '1',
    '-1h',
    '+1h',
    '1.5h',
    '1e3s',
    '24H',
    '24 h',
    ' 24h',
    '24h ',
    '24hm',
    'h',
    '1w',
    '1ms',
    '٣h',
    '0x1h',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
