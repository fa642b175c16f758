import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { EVENT_STORE_FOLDER, openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { verifyLog } from '#libs/engine/event-store/embedded/verify-log.js';
import { EventStoreProcess } from '../support/event-store-process.js';
import { fillLog } from './filled-log.js';
import type { PartResult } from './report.js';
import type { Extent } from './throughput.js';

/** How many applications are in the log by default. */
const APPLICATIONS = 1_000_000;

/** Appends that are answered before the process is killed. */
const ANSWERS_BEFORE_KILL = 2_000;

/** Measures a large log: bytes for each application, the start after a close and after kill -9, and log verify. */
export async function benchEventLogStart({ applications = APPLICATIONS }: Partial<Extent> = {}): Promise<PartResult> {
  // Beside the program rather than in the system's temporary folder, which is memory on some machines.
  const path = mkdtempSync(join(process.cwd(), 'bench-event-log-'));
  const folder = join(path, EVENT_STORE_FOLDER);
  try {
    await fillLog(path, { applications, organization: '1', projectOf: (number) => `${number % 100}` });
    const figures: Record<string, number> = { applications };
    figures['bytes of the log for each application of two events'] = bytesOf(folder, '.log') / applications;
    figures['bytes of the index for each application of two events'] = bytesOf(folder, '.run') / applications;
    const closed = await msToOpen(path);
    await killWhileAppending(path);
    const killed = await msToOpen(path);
    rmSync(join(folder, 'index'), { recursive: true });
    figures['ms to open without an index'] = await msToOpen(path);
    const start = performance.now();
    const processor = process.cpuUsage();
    const { events, damages, indexFaults } = await verifyLog(folder);
    if (damages.length + indexFaults.length > 0) throw new Error('the log is damaged');
    figures['events a second verified'] = Math.round((events * 1000) / (performance.now() - start));
    const { user, system } = process.cpuUsage(processor);
    const verified = (events * 1_000_000) / (user + system);
    Object.assign(figures, { 'ms to open after a close': closed, 'ms to open after kill -9': killed });
    const aims = [
      { what: 'ms to open after a close', value: closed, below: 3_000 },
      { what: 'ms to open after kill -9', value: killed, below: 5_000 },
      { what: 'events verified in a second of processor time', value: verified, atLeast: 300_000 },
    ];
    return { part: 'event-log-start', figures, aims };
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function bytesOf(folder: string, extension: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(extension));
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

async function msToOpen(path: string): Promise<number> {
  const start = performance.now();
  const store = await openEmbeddedEventStore({ path, readOnly: false });
  const took = Math.round(performance.now() - start);
  await store.close();
  return took;
}

async function killWhileAppending(path: string): Promise<void> {
  const child = new EventStoreProcess(path);
  await child.answer();
  child.send('append-forever');
  for (let answers = 0; (await child.answer()) !== undefined; answers += 1) {
    if (answers === ANSWERS_BEFORE_KILL) child.kill();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(JSON.stringify(await benchEventLogStart(), undefined, 2));
}
