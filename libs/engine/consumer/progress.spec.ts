import { Progress } from './progress.js';

const LONG_MS = 60_000;
const SHORT_MS = 1;

describe('progress', () => {
  it('resolves at once if the position is already reached', async () => {
    const progress = new Progress(5n);
    expect(await progress.waitFor(5n, 0)).toBe(true);
    expect(await progress.waitFor(-1n, 0)).toBe(true);
    expect(progress.waitFor(5n, LONG_MS)).toBe(progress.waitFor(4n, LONG_MS)); // no promise and no timer of its own
  });

  it('releases only the callers whose position has been reached', async () => {
    const progress = new Progress(0n);
    const [two, three, five] = [2n, 3n, 5n].map((position) => progress.waitFor(position, LONG_MS));
    let fiveReached = false;
    void five?.then(() => {
      fiveReached = true;
    });
    progress.moveTo(3n);
    expect(await Promise.all([two, three])).toEqual([true, true]);
    expect(fiveReached).toBe(false);
    progress.moveTo(9n);
    expect(await five).toBe(true);
  });

  it('resolves to false after the timeout', async () => {
    expect(await new Progress(0n).waitFor(1n, SHORT_MS)).toBe(false);
    expect(await new Progress(0n).waitFor(1n, 0)).toBe(false);
  });

  it('releases all callers when it has ended', async () => {
    const progress = new Progress(0n);
    const waiting = progress.waitFor(1n, LONG_MS);
    progress.end();
    expect(await waiting).toBe(false);
    expect(await progress.waitFor(1n, LONG_MS)).toBe(false);
    expect(await progress.waitFor(0n, LONG_MS)).toBe(true);
  });

  it('can be waited for again after it goes on', async () => {
    const progress = new Progress(0n);
    progress.end();
    progress.resume();
    const waiting = progress.waitFor(1n, LONG_MS);
    progress.moveTo(1n);
    expect(await waiting).toBe(true);
  });

  it('notifies when a caller waits for a later position, or after the timeout', async () => {
    const progress = new Progress(5n);
    let wanted = false;
    const resting = progress.whenWanted(60_000).then(() => {
      wanted = true;
    });
    expect(await progress.waitFor(5n, 1_000)).toBe(true);
    expect(wanted).toBe(false);
    const waiting = progress.waitFor(6n, 60_000);
    await resting;
    await progress.whenWanted(60_000); // somebody waits already
    progress.moveTo(6n);
    expect(await waiting).toBe(true);
    await progress.whenWanted(1);
    const ended = progress.whenWanted(60_000);
    progress.end();
    await ended;
  });
});
