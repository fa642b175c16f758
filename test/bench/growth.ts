import {
  type Appledger,
  appsPathOf,
  createApps,
  fetchWhenReady,
  identity,
  startAppledger,
  startServer,
  tokenFor,
} from './appledger.js';
import { fillLog } from './filled-log.js';
import { compare, type Target } from './load.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import { creationTarget, type Extent, figureOf, readTarget, throughput } from './throughput.js';

/** How many applications the servers have; APPLEDGER_BENCH_APPLICATIONS gives another number for the large one. */
const SMALL = 1_000;
const LARGE = Number(process.env.APPLEDGER_BENCH_APPLICATIONS ?? 1_000_000);
const OTHER_PROJECTS = 997;
const APPS_TO_READ = 1_000;

/** Measures creations and reads of a server with a thousand applications beside one with a million. */
export function benchGrowth({ rounds, seconds }: Extent): Promise<PartResult> {
  return withFilled(SMALL, (small) =>
    withFilled(LARGE, async (large) => {
      const targets = [...(await targetsOf(small, SMALL)), ...(await targetsOf(large, LARGE))];
      const figures = await compare(targets, rounds, seconds);
      const rate = (what: string, applications: number) =>
        figureOf(figures, nameOf(what, applications)).requestsPerSecond;
      const aims = ['create', 'get'].map((what) => ({
        what: `of ${what} with ${SMALL} applications`,
        value: rate(what, LARGE) / rate(what, SMALL),
        atLeast: 0.8,
      }));
      return throughput('growth', figures, aims);
    }),
  );
}

async function targetsOf(appledger: Appledger, applications: number): Promise<readonly Target[]> {
  const get = readTarget(appledger, await createApps(appledger, APPS_TO_READ));
  return [
    { ...creationTarget(appledger), name: nameOf('create', applications) },
    { ...get, name: nameOf('get', applications) },
  ];
}

function nameOf(what: string, applications: number): string {
  return `${what} with ${applications} applications`;
}

/** Starts a server that has this many applications, and waits until their documents are built. */
function withFilled(applications: number, work: (appledger: Appledger) => Promise<PartResult>): Promise<PartResult> {
  return withFolder(async (folder) => {
    const first = await startAppledger(folder);
    await first.program.stop();
    const { organization, project } = await identity(folder);
    await fillLog(folder, { applications, organization, projectOf: (number) => `${number % OTHER_PROJECTS}` });
    const program = await startServer(folder);
    try {
      await fetchWhenReady(`${program.url}/debug/ready`);
      const appsPath = appsPathOf(project);
      return await work({ program, token: await tokenFor(folder), appsPath, creationPath: `${appsPath}/api` });
    } finally {
      await program.stop();
    }
  });
}
