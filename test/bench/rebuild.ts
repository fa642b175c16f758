import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fillLog } from './filled-log.js';
import { bareInsertsPerSecond } from './mongodb.js';
import { outputOf, withFolder } from './program.js';
import type { PartResult } from './report.js';
import type { ResidentMemory } from './resident-memory.js';

const APPLICATIONS = 250_000;
/** Fewer, because the server that the tests use looks through the whole collection for each checkpoint. */
const APPLICATIONS_ON_MONGODB = 20_000;
const PROJECTS = 1_000;

/** What the program prints. */
interface Built {
  readonly events: number;
  readonly seconds: number;
  readonly before?: ResidentMemory;
  readonly peak: Partial<ResidentMemory>;
  /** The file of the embedded documents: the time of its check at a start, and its size. */
  readonly file?: { readonly checkMs: number; readonly megabytes: number };
}

/**
 * Builds the documents of 250,000 applications from their 500,000 events, in a process of its own; and those of fewer
 * into the MongoDB of APPLEDGER_TEST_MONGODB_URL, beside what a bare driver inserts there.
 */
export async function benchRebuild(): Promise<PartResult> {
  const embedded = await built(APPLICATIONS, (folder) => ({ BENCH_READ_MODEL: join(folder, 'read-model') }));
  const url = process.env.APPLEDGER_TEST_MONGODB_URL;
  const mongodb = url === undefined ? undefined : await besideBareDriver(url);
  const eventsPerSecond = embedded.events / embedded.seconds;
  const own = { before: embedded.before?.RssAnon, most: embedded.peak.RssAnon };
  return {
    part: 'rebuild',
    figures: {
      'events, embedded': embedded.events,
      'events a second, embedded': eventsPerSecond,
      'MB of the file of the documents': embedded.file?.megabytes ?? Number.NaN,
      'ms to check the file at a start': embedded.file?.checkMs ?? Number.NaN,
      'MB of its own before': own.before ?? Number.NaN,
      'MB of its own at most': own.most ?? Number.NaN,
      'MB at most with mapped files, which the system takes back when it needs them': embedded.peak.VmRSS ?? Number.NaN,
      ...(mongodb && {
        'documents a second, MongoDB': mongodb.documentsPerSecond,
        'documents a second, MongoDB by a bare insertMany': mongodb.barePerSecond,
      }),
    },
    aims: [
      { what: 'events a second, embedded', value: eventsPerSecond, atLeast: 150_000 },
      {
        what: 'MB that its own memory grew by',
        value: (own.most ?? Number.NaN) - (own.before ?? Number.NaN),
        below: 100,
      },
      {
        what: "of a bare insertMany's documents a second, MongoDB",
        value: mongodb && mongodb.documentsPerSecond / mongodb.barePerSecond,
        atLeast: 0.5,
      },
    ],
  };
}

async function besideBareDriver(url: string) {
  const { seconds } = await built(APPLICATIONS_ON_MONGODB, (folder) => {
    const database = new URL(url);
    database.pathname = `/bench${folder.replaceAll(/[^A-Za-z0-9]/g, '').slice(-20)}`;
    return { BENCH_MONGODB_URL: database.href };
  });
  return {
    documentsPerSecond: APPLICATIONS_ON_MONGODB / seconds,
    barePerSecond: await bareInsertsPerSecond(url, APPLICATIONS_ON_MONGODB),
  };
}

/** Builds the documents of so many applications where the environment says. */
function built(
  applications: number,
  environment: (folder: string) => Readonly<Record<string, string>>,
): Promise<Built> {
  return withFolder(async (folder) => {
    const log = join(folder, 'log');
    await mkdir(log);
    await fillLog(log, {
      applications,
      organization: '69629023906488334',
      projectOf: (application) => `${application % PROJECTS}`,
    });
    return JSON.parse(await outputOf('test/bench/rebuild-program.js', { BENCH_LOG: log, ...environment(folder) }));
  });
}
