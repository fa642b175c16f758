import { type UsageTimes, usageOf } from './usage-of.js';

const times: UsageTimes = { createdAt: 100, lastUsed: undefined, since: 500, countingBegan: 50 };

describe('the use of an application since a time', () => {
  it.each<[string, Partial<UsageTimes>, ReturnType<typeof usageOf>]>([
    ['was used at that time', { lastUsed: 500 }, undefined],
    ['was used later', { lastUsed: 501 }, undefined],
    ['was used before', { lastUsed: 499 }, 'notSince'],
    ['was used before, and counting began later', { lastUsed: 499, countingBegan: 600 }, 'notSince'],
    ['was never used', {}, 'never'],
    ['was created when counting began, and never used', { countingBegan: 100 }, 'never'],
    ['is older than the counting', { countingBegan: 101 }, 'notSinceCountingBegan'],
    ['is there while nothing is counted', { countingBegan: undefined }, 'notSinceCountingBegan'],
    ['was created after that time, and never used', { createdAt: 900 }, 'never'],
  ])('of one that %s', (_, changed, usage) => {
    expect(usageOf({ ...times, ...changed })).toBe(usage);
  });
});
