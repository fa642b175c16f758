import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fillLog } from './filled-log.js';
import { outputOf, withFolder } from './program.js';
import type { PartResult } from './report.js';
import type { ResidentMemory } from './resident-memory.js';

const APPLICATIONS = 250_000;
const PROJECTS = 1_000;

/** What the program prints. */
interface Built {
  readonly events: number;
  readonly seconds: number;
  readonly before?: ResidentMemory;
  readonly peak: Partial<ResidentMemory>;
}

/** Builds the documents of 250,000 applications from their 500,000 events, in a process of its own. */
export function benchRebuild(): Promise<PartResult> {
  return withFolder(async (folder) => {
    const [log, readModel] = [join(folder, 'log'), join(folder, 'read-model')];
    await mkdir(log);
    await fillLog(log, {
      applications: APPLICATIONS,
      organization: '69629023906488334',
      projectOf: (application) => `${application % PROJECTS}`,
    });
    const output = await outputOf('test/bench/rebuild-program.js', { BENCH_LOG: log, BENCH_READ_MODEL: readModel });
    const { events, seconds, before, peak } = JSON.parse(output) as Built;
    const figures = {
      'events, embedded': events,
      'events a second, embedded': events / seconds,
      'MB of its own before': before?.RssAnon ?? Number.NaN,
      'MB of its own at most': peak.RssAnon ?? Number.NaN,
      'MB at most with mapped files, which the system takes back when it needs them': peak.VmRSS ?? Number.NaN,
    };
    return {
      part: 'rebuild',
      figures,
      aims: [
        { what: 'events a second, embedded', value: events / seconds, atLeast: 100_000 },
        {
          what: 'MB that its own memory grew by',
          value: figures['MB of its own at most'] - figures['MB of its own before'],
          below: 100,
        },
      ],
    };
  });
}
