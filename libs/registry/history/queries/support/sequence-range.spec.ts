import { sequenceRange } from './sequence-range.js';

it.each([
  ['from the beginning', 0n, true, { direction: 'forwards', from: 0n }],
  ['behind the third, oldest first', 3n, true, { direction: 'forwards', from: 3n }],
  ['nothing behind what cannot be', 2n ** 64n - 1n, true, undefined],
  ['from the end', 0n, false, { direction: 'backwards' }],
  ['behind the third, newest first', 3n, false, { direction: 'backwards', from: 1n }],
  ['nothing behind the first, newest first', 1n, false, undefined],
  ['all before what cannot be', 2n ** 64n - 1n, false, { direction: 'backwards' }],
])('%s', (_, sequence, ascending, range) => {
  expect(sequenceRange(sequence, ascending)).toEqual(range);
});
