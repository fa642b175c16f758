import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fillLog } from './filled-log.js';
import { measuredRun, startProgram, withFolder } from './program.js';
import type { PartResult } from './report.js';
import type { Extent } from './throughput.js';

/** How many applications are exported, of two events each, and how many imported into EventStoreDB. */
const APPLICATIONS = 500_000;
const APPLICATIONS_INTO_EVENTSTOREDB = 5_000;

const PROJECTS = 100;

/**
 * Measures the commands that export and import events, each in a process of its own, whose start is in the figures. Rates
 * by processor time do not depend on what else the machine does.
 */
export function benchExport({ applications = APPLICATIONS }: Extent): Promise<PartResult> {
  return withFolder(async (folder) => {
    const dataDir = join(folder, 'data');
    const events = 2 * applications;
    await fill(dataDir, applications);
    const env = { APPLEDGER_DATA_DIR: dataDir };
    const plain = await measuredCli(['export', join(folder, 'plain')], env);
    const gzip = await measuredCli(['export', join(folder, 'gzip'), '--compress', 'gzip'], env);
    const back = await measuredCli(['import', join(folder, 'plain')], { APPLEDGER_DATA_DIR: join(folder, 'back') });
    const intoStore = await measureIntoEventStoreDb(join(folder, 'small'));
    const figures = {
      ...ratesOf('exported', events, plain),
      ...ratesOf('exported with gzip', events, gzip),
      ...ratesOf('imported into an embedded store', events, back),
      ...intoStore,
    };
    return {
      part: 'export',
      figures,
      aims: [
        {
          what: 'events exported in a second of processor time',
          value: figures['events exported in a second of processor time'],
          atLeast: 150_000,
        },
        { what: 'MB resident at most, export', value: plain.maxResidentMb, below: 300 },
        { what: 'MB resident at most, import into an embedded store', value: back.maxResidentMb, below: 300 },
      ],
    };
  });
}

const measuredCli = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  measuredRun('programs/appledger.js', args, env);

async function fill(dataDir: string, applications: number): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const projectOf = (application: number) => `${application % PROJECTS}`;
  await fillLog(dataDir, { applications, organization: '1', projectOf });
}

/** A gateway in a separate process replaces EventStoreDB. */
async function measureIntoEventStoreDb(folder: string): Promise<Readonly<Record<string, number>>> {
  const [dataDir, archive] = [join(folder, 'data'), join(folder, 'archive')];
  await fill(dataDir, APPLICATIONS_INTO_EVENTSTOREDB);
  await measuredCli(['export', archive], { APPLEDGER_DATA_DIR: dataDir });
  const served = join(folder, 'served');
  await mkdir(served);
  const server = await startProgram('test/bench/targets/gateway.js', { BENCH_FOLDER: served });
  try {
    const env = { APPLEDGER_EVENTSTORE_URL: `esdb://${new URL(server.url).host}?tls=false` };
    const run = await measuredCli(['import', archive], env);
    return { 'events a second imported into EventStoreDB': (2 * APPLICATIONS_INTO_EVENTSTOREDB) / run.seconds };
  } finally {
    await server.stop();
  }
}

function ratesOf(what: string, events: number, run: Awaited<ReturnType<typeof measuredRun>>) {
  return {
    [`events a second ${what}`]: events / run.seconds,
    [`events ${what} in a second of processor time`]: events / run.processorSeconds,
    [`MB resident at most: events ${what}`]: run.maxResidentMb,
  };
}
