/**
 * An event store in a process of its own, for the fault tests to kill and to starve. Commands come as lines on
 * standard input, answers go as JSON lines to standard output, written at once.
 *
 * Usage: node event-store-child.js FOLDER
 *   append-forever   appends three events at a time from 16 writers, answers {"stream"} of each once it is durable
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
  const store = await openEmbeddedEventStore(folder);
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
