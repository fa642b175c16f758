/**
 * An event store in a process of its own, for the fault tests to kill and to starve. Commands come as lines on
 * standard input, answers go as JSON lines to standard output, written at once.
 *
 * Usage: node event-store-child.js FOLDER
 *   append-forever   appends three events at a time from 16 writers, answers {"stream"} of each once it is durable
 *   mixed-forever    appends of all kinds from 16 writers, reads in between, answers {"stream", "count"} of each: how many
 *                    events the stream has by then
 *   fill             appends 64 KiB at a time until an append fails, answers {"stored", "error"}
 *   append           appends once, answers {"stream"} or {"error"}
 *   count            answers {"count"}: the events in $all
 *   health           answers the health
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type EmbeddedEventStore,
  openEmbeddedEventStore,
} from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { openDataFolder } from '#libs/engine/runtime/data-folder.js';

const WRITERS = 16;
const FILL_BYTES = 65_536;
const STDOUT = 1;

/** Files are begun and merged several times a second. */
const SMALL_FILES = { eventsPerRun: 500, maxSegmentBytes: 262_144 };

const answer = (message: object) => writeSync(STDOUT, `${JSON.stringify(message)}\n`);
const message = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Reading root's files as root proves nothing about rights: they are given up once all modules are loaded. */
const NOBODY = 65_534;

async function appendOnce(store: EmbeddedEventStore, bytes = 10, count = 3): Promise<string> {
  const stream = `child-${randomUUID()}`;
  const data = { filler: 'x'.repeat(bytes) };
  const events = Array.from({ length: count }, () => ({ id: randomUUID(), type: 'Filled', data, metadata: {} }));
  await store.append(stream, events, 'noStream');
  return stream;
}

async function appendForever(store: EmbeddedEventStore): Promise<never> {
  for (;;) answer({ stream: await appendOnce(store) });
}

/** Streams that begin, go on and are deleted; small and large events; with and without a revision; reads of all kinds. */
async function mixedForever(store: EmbeddedEventStore): Promise<never> {
  for (let round = 0; ; round += 1) {
    const stream = `child-${randomUUID()}`;
    let count = 0;
    for (let part = 0; part < 1 + (round % 5); part += 1) {
      const events = Array.from({ length: 1 + (part % 3) }, () => filled(round % 40 === 0 ? FILL_BYTES : 40 * part));
      await store.append(stream, events, part === 0 ? 'noStream' : part % 2 === 0 ? 'any' : BigInt(count - 1));
      count += events.length;
      answer({ stream, count });
    }
    let read = 0;
    for await (const event of store.readStream(stream)) read += event.data === undefined ? 0 : 1;
    if (read !== count) throw new Error(`${stream} has ${read} events instead of ${count}`);
    if (round % 7 === 0) await store.log.delete(stream, 'any');
    if (round % 10 === 0)
      await store.log.writePersistentSubscriptions(new Map([[`${stream}::group`, Buffer.from(`${round}`)]]));
  }
}

function filled(bytes: number) {
  return { id: randomUUID(), type: 'Filled', data: { filler: 'x'.repeat(bytes) }, metadata: { round: bytes } };
}

async function fill(store: EmbeddedEventStore): Promise<void> {
  for (let stored = 0; ; stored += 1) {
    try {
      await appendOnce(store, FILL_BYTES, 1);
    } catch (error) {
      answer({ stored, error: message(error) });
      return;
    }
  }
}

async function count(store: EmbeddedEventStore): Promise<number> {
  let events = 0;
  for await (const { data } of store.readAll()) events += data === undefined ? 0 : 1;
  return events;
}

async function obey(store: EmbeddedEventStore, command: string): Promise<void> {
  if (command === 'append-forever') await Promise.all(Array.from({ length: WRITERS }, () => appendForever(store)));
  else if (command === 'mixed-forever') await Promise.all(Array.from({ length: WRITERS }, () => mixedForever(store)));
  else if (command === 'fill') await fill(store);
  else if (command === 'append') answer({ stream: await appendOnce(store) });
  else if (command === 'count') answer({ count: await count(store) });
  else if (command === 'health') answer(await store.health());
  else throw new Error(`unknown command "${command}"`);
}

try {
  if (process.argv.includes('--as-nobody') && process.getuid?.() === 0) {
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  }
  const folder = openDataFolder(process.argv[2] ?? '');
  const store = await openEmbeddedEventStore(folder, process.argv.includes('--small-files') ? SMALL_FILES : {});
  answer({ opened: true, readOnly: folder.readOnly });
  for await (const command of createInterface({ input: process.stdin })) {
    await obey(store, command).catch((error: unknown) => answer({ error: message(error) }));
  }
  await store.close();
  folder.close();
} catch (error) {
  answer({ error: message(error) });
  process.exitCode = 1;
}
