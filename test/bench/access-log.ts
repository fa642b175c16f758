import { type Appledger, createApps, startAppledger } from './appledger.js';
import { compare, type LoadFigures, type Target } from './load.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import { creationTarget, type Extent, figureOf, readTarget, throughput } from './throughput.js';

const APPS_TO_READ = 100;
const OFF = { APPLEDGER_ACCESS_LOG: 'off' };

/** Measures the cost of the access log: the same creations and reads with and without it. */
export function benchAccessLog({ rounds, seconds }: Extent): Promise<PartResult> {
  return withServer({}, (on) =>
    withServer(OFF, async (off) => {
      const targets = [...(await targetsOf(on, 'with')), ...(await targetsOf(off, 'without'))];
      const figures = await compare(targets, rounds, seconds);
      return throughput('access-log', figures, [
        { what: 'of the creations without it', value: ratio(figures, 'creation'), atLeast: 0.95 },
        { what: 'of the reads without it', value: ratio(figures, 'read'), atLeast: 0.9 },
      ]);
    }),
  );
}

function withServer(
  env: Readonly<Record<string, string>>,
  work: (appledger: Appledger) => Promise<PartResult>,
): Promise<PartResult> {
  return withFolder(async (folder) => {
    const appledger = await startAppledger(folder, env);
    try {
      return await work(appledger);
    } finally {
      await appledger.program.stop();
    }
  });
}

async function targetsOf(appledger: Appledger, how: string): Promise<readonly Target[]> {
  const read = readTarget(appledger, await createApps(appledger, APPS_TO_READ));
  return [
    { ...creationTarget(appledger), name: `creation ${how} the access log` },
    { ...read, name: `read ${how} the access log` },
  ];
}

function ratio(figures: ReadonlyMap<string, LoadFigures>, what: string): number {
  const rate = (how: string) => figureOf(figures, `${what} ${how} the access log`).requestsPerSecond;
  return rate('with') / rate('without');
}
