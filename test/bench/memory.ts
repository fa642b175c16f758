import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, call, createApps, startAppledger, startServer, tokenFor } from './appledger.js';
import { load } from './load.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import { residentMemory } from './resident-memory.js';
import { creationTarget, type Extent, readTarget } from './throughput.js';

const APPLICATIONS = 100_000;
const APPS_TO_READ = 1_000;

/** After this rest a server has collected the garbage of its work. */
const REST_MS = 20_000;

/** Fills a server with applications, and measures its memory, its start with them, and its memory after reading. */
export function benchMemory({ seconds }: Extent): Promise<PartResult> {
  return withFolder(async (folder) => {
    const full = await startAppledger(folder);
    const figures: Record<string, number> = {};
    let appIds: readonly string[];
    try {
      appIds = await createApps(full, APPS_TO_READ);
      const filling = await load(creationTarget(full), { requests: APPLICATIONS - APPS_TO_READ });
      figures['creations a second while filling'] = filling.requestsPerSecond;
      Object.assign(figures, memoryOf(full.program.pid, 'filled'));
      await delay(REST_MS);
      Object.assign(figures, memoryOf(full.program.pid, 'filled, at rest'));
    } finally {
      await full.program.stop();
    }
    Object.assign(figures, await measureRestart(full, folder, appIds, seconds));
    return {
      part: 'memory',
      figures,
      aims: [
        { what: 'MB resident without mapped files, filled', value: figures['filled: RssAnon in MB'], below: 250 },
        {
          what: 'MB resident without mapped files, filled, at rest',
          value: figures['filled, at rest: RssAnon in MB'],
          below: 250,
        },
        { what: 'MB resident, restarted and read', value: figures['restarted and read: VmRSS in MB'], below: 300 },
        { what: 'seconds to ready with 100,000 applications', value: figures['seconds to ready'], below: 2 },
      ],
    };
  });
}

async function measureRestart(
  before: Appledger,
  folder: string,
  appIds: readonly string[],
  seconds: number,
): Promise<Readonly<Record<string, number>>> {
  const program = await startServer(folder);
  try {
    const restarted = { ...before, program, token: await tokenFor(folder) };
    const figures = { 'seconds to ready': program.secondsToReady, ...memoryOf(program.pid, 'restarted') };
    await call(program, restarted.token, 'GET', `${restarted.appsPath}/${appIds[0]}`);
    await load(readTarget(restarted, appIds), { seconds });
    return { ...figures, ...memoryOf(program.pid, 'restarted and read') };
  } finally {
    await program.stop();
  }
}

function memoryOf(pid: number, when: string): Readonly<Record<string, number>> {
  const rows = Object.entries(residentMemory(pid) ?? {});
  return Object.fromEntries(rows.map(([column, megabytes]) => [`${when}: ${column} in MB`, megabytes]));
}
