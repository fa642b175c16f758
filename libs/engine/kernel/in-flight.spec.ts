import { InFlight } from './in-flight.js';

it('runs the given number of calls at once, and the others after them in order', async () => {
  const inFlight = new InFlight(3);
  const started: number[] = [];
  let underWay = 0;
  let most = 0;
  const calls = Array.from({ length: 50 }, (_, index) =>
    inFlight.run(async () => {
      started.push(index);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return index;
    }),
  );
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  expect(most).toBe(3);
  expect(started).toEqual([...started].sort((a, b) => a - b));
});

it('continues after calls that fail', async () => {
  const inFlight = new InFlight(1);
  const calls = [1, 2, 3].map((number) =>
    inFlight.run(async () => {
      throw new Error(`${number}`);
    }),
  );
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(await inFlight.run(async () => 'done')).toBe('done');
});
