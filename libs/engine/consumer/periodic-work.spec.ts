import { setTimeout as delay } from 'node:timers/promises';
import { silentLog } from '../../../test/support/silent-log.js';
import { WorkRunner } from './periodic-work.js';
import { ALWAYS } from './turn.js';

const NEVER_AGAIN_MS = 3_600_000;

/** A runner of a work whose rounds do what the list says, and end then. */
function given(rounds: readonly (() => unknown)[], everyMs = 0) {
  const lines: string[] = [];
  const failures: string[] = [];
  let next = 0;
  let finished: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const declaration = { name: 'sweeping', does: 'sweeps', everyMs };
  const work = {
    round: async (signal: AbortSignal) => {
      const round = rounds[next];
      next += 1;
      if (next === rounds.length) finished();
      await (round === undefined ? delay(NEVER_AGAIN_MS, undefined, { signal }) : round());
    },
  };
  const note = (_: object, text: string) => void lines.push(text);
  const log = { ...silentLog, info: note, warn: note };
  const runner = new WorkRunner(declaration, work, log, { failure: (name) => void failures.push(name) });
  return { runner, lines, failures, done, rounds: () => next };
}
const fails = () => {
  throw new Error('no broom');
};

describe('periodic work', () => {
  it('is repeated until it is stopped', async () => {
    const { runner, done, rounds } = given([() => 1, () => 2, () => 3]);
    runner.start(ALWAYS);
    runner.start(ALWAYS);
    await done;
    await runner.stop();
    const before = rounds();
    await delay(20);
    expect(rounds()).toBe(before);
  });

  it('goes on after failures, which are logged and counted once', async () => {
    const { runner, done, lines, failures } = given([fails, fails, () => 1, () => 2]);
    runner.start(ALWAYS);
    await done;
    expect(lines).toEqual(['background work interrupted, trying again', 'background work goes on']);
    expect(failures).toEqual(['sweeping']);
    expect(runner.report({ role: 'working' })).toEqual({ name: 'sweeping', role: 'working' });
    await runner.stop();
  });

  it('reports why it fails', async () => {
    const { runner, done } = given([fails, fails], NEVER_AGAIN_MS);
    runner.start(ALWAYS);
    await done;
    expect(runner.report({ role: 'working' })).toEqual({ name: 'sweeping', role: 'working', failure: 'no broom' });
    await runner.stop();
  });

  it('ends its round when it is stopped, and can be started again', async () => {
    const { runner, done, rounds, lines } = given([() => 1]);
    runner.start(ALWAYS);
    await done;
    await delay(10); // The next round waits for the signal.
    await runner.stop();
    const before = rounds();
    runner.start(ALWAYS);
    await runner.stop();
    expect(rounds()).toBe(before + 1);
    expect(lines).toEqual([]);
  });
});
