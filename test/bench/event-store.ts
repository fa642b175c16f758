import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import {
  type EmbeddedEventStore,
  openEmbeddedEventStore,
} from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventToAppend, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { type IdGenerator, idGenerator } from '#libs/engine/kernel/ids.js';
import { type Aim, lines, type PartResult } from './report.js';

const SECONDS_PER_LOAD = 3;
/** The least appends a second, by appends in flight. */
const APPENDS_AIM = { 1: 3_000, 16: 40_000, 64: 100_000, 256: 150_000 } as const;
const READ_AIM = 1_000_000;
const EVENTS_TO_READ = 500_000;
const EVENTS_PER_FILL = 500;
const MEBIBYTE = 1_048_576;

/** Measures the embedded event store alone: durable appends a second by appends in flight, and reading $all. */
export async function benchEventStore(): Promise<PartResult> {
  // Beside the program rather than in the system's temporary folder, which is memory on some machines.
  const path = mkdtempSync(join(process.cwd(), 'bench-event-store-'));
  const store = await openEmbeddedEventStore({ path, readOnly: false });
  try {
    const figures: Record<string, number> = {};
    const aims: Aim[] = [];
    const newId = idGenerator(systemClock, 0);
    for (const [inFlight, atLeast] of Object.entries(APPENDS_AIM)) {
      const what = `appends a second, ${inFlight} in flight`;
      const value = await appendsPerSecond(store, Number(inFlight), newId);
      figures[what] = value;
      aims.push({ what, value, atLeast });
    }
    // Names without an order.
    figures['appends a second, 64 in flight, random names'] = await appendsPerSecond(store, 64, randomUUID);
    await fill(store);
    const read = await readEventsPerSecond(store, ({ data }) => data);
    figures['events a second read from $all, data parsed'] = read;
    aims.push({ what: 'events a second read from $all', value: read, atLeast: READ_AIM });
    figures['events a second read from $all, data and metadata parsed'] = await readEventsPerSecond(
      store,
      ({ data, metadata }) => data && metadata,
    );
    figures['resident MiB afterwards'] = Math.round(process.memoryUsage().rss / MEBIBYTE);
    return { part: 'event-store', figures, aims };
  } finally {
    await store.close();
    rmSync(path, { recursive: true, force: true });
  }
}

async function appendsPerSecond(store: EmbeddedEventStore, inFlight: number, newId: IdGenerator): Promise<number> {
  const start = performance.now();
  const end = start + SECONDS_PER_LOAD * 1000;
  let appends = 0;
  const writer = async () => {
    while (performance.now() < end) {
      await store.append(`application-${newId()}`, [event()], 'noStream');
      appends += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, writer));
  return Math.round((appends * 1000) / (performance.now() - start));
}

async function fill(store: EmbeddedEventStore): Promise<void> {
  for (let head = await store.head(); head < EVENTS_TO_READ; head = await store.head()) {
    await store.append(`filler-${randomUUID()}`, Array.from({ length: EVENTS_PER_FILL }, event), 'noStream');
  }
}

async function readEventsPerSecond(
  store: EmbeddedEventStore,
  look: (event: RecordedEvent) => unknown,
): Promise<number> {
  const start = performance.now();
  let read = 0;
  for await (const event of store.readAll({ limit: EVENTS_TO_READ })) read += look(event) ? 1 : 0;
  if (read !== EVENTS_TO_READ) throw new Error(`read ${read} events instead of ${EVENTS_TO_READ}`);
  return Math.round((EVENTS_TO_READ * 1000) / (performance.now() - start));
}

function event(): EventToAppend {
  return {
    id: randomUUID(),
    type: 'ApplicationAdded',
    data: { projectId: '257845123698745123', appId: '257845123698745999', name: 'billing service' },
    metadata: {
      resourceOwner: '69629023906488334',
      editor: { user: '69629023906488331' },
      occurredAt: '2024-04-10T04:31:16.326Z',
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(lines(await benchEventStore()));
}
