import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Appledger, createApps, startAppledger } from './appledger.js';
import { type CpuProfile, timeByPart } from './cpu-profile.js';
import { load, type Target } from './load.js';
import { processorMsByThread } from './processor-time.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import { creationTarget, type Extent, readTarget } from './throughput.js';

const APPS_TO_READ = 1_000;
/** Until then the code is being compiled. */
const WARM_UP_SECONDS = 5;
/** Smaller shares are added up. */
const LEAST_SHARE = 0.01;
const NS_PER_US = 1_000n;
const US_PER_MS = 1_000;

/**
 * Profiles a server under creations, and under reads: the processor time of a request, by the part of the program that
 * takes it, and of the threads beside the one that serves requests. The profiler itself takes some of it.
 */
export async function benchProfile({ seconds }: Extent): Promise<PartResult> {
  const creation = await profiled(seconds, async (appledger) => creationTarget(appledger));
  const read = await profiled(seconds, async (appledger) =>
    readTarget(appledger, await createApps(appledger, APPS_TO_READ)),
  );
  return { part: 'profile', figures: { ...named('creation', creation), ...named('read', read) }, aims: [] };
}

/** Loads a server, and answers the microseconds of processor time for each request by part. */
function profiled(
  seconds: number,
  targetOf: (appledger: Appledger) => Promise<Target>,
): Promise<ReadonlyMap<string, number>> {
  return withFolder(async (folder) => {
    const profiles = join(folder, 'profiles');
    const appledger = await startAppledger(folder, {}, profiles);
    const { pid } = appledger.program;
    let from = 0;
    let each: ReadonlyMap<number, number>;
    try {
      const target = await targetOf(appledger);
      await load(target, { seconds: WARM_UP_SECONDS });
      from = Number(process.hrtime.bigint() / NS_PER_US);
      const before = processorMsByThread(pid);
      const { requestsPerSecond } = await load(target, { seconds });
      const requests = requestsPerSecond * seconds;
      const after = [...processorMsByThread(pid)];
      each = new Map(after.map(([thread, ms]) => [thread, ((ms - (before.get(thread) ?? 0)) * US_PER_MS) / requests]));
    } finally {
      await appledger.program.stop();
    }
    // A worker's profile is smaller: most of the time it waits.
    const threads = readdirSync(profiles).map((file) => timesIn(join(profiles, file), from));
    const [main = new Map<string, number>()] = threads.toSorted((a, b) => sum(b) - sum(a));
    return new Map([...shared(each.get(pid) ?? Number.NaN, main), ...besides(each, pid)]);
  });
}

function timesIn(file: string, from: number): ReadonlyMap<string, number> {
  const profile: CpuProfile = JSON.parse(readFileSync(file, 'utf8'));
  return timeByPart(profile, from);
}

/**
 * The processor time of a thread divided among its parts, by the time that the profiler saw them at work. The profiler's
 * clock does not stand still when the thread has no processor.
 */
function shared(used: number, times: ReadonlyMap<string, number>): Map<string, number> {
  const all = sum(times);
  const sorted = [...times].sort(([, a], [, b]) => b - a);
  const large = sorted.filter(([, time]) => time >= all * LEAST_SHARE);
  const rows = large.map(([part, time]) => [part, (used * time) / all] as const);
  const rest = used - rows.reduce((total, [, time]) => total + time, 0);
  return new Map([...rows, ['other parts', rest], ['all of this, the thread of the requests', used]]);
}

/** The threads beside the first: the busiest of them is the ledger's under creations. */
function besides(each: ReadonlyMap<number, number>, first: number): Map<string, number> {
  const others = [...each].filter(([thread]) => thread !== first).map(([, used]) => used);
  const busiest = Math.max(...others);
  const rest = others.reduce((total, used) => total + used, 0) - busiest;
  return new Map([
    ['the busiest other thread', busiest],
    ["the disk's, V8's and all other threads", rest],
  ]);
}

function sum(times: ReadonlyMap<string, number>): number {
  return [...times.values()].reduce((total, time) => total + time, 0);
}

function named(request: string, times: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...times].map(([part, time]) => [`us of a ${request}: ${part}`, time]));
}
