import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { eventHash } from '#libs/engine/ledger/leaf/event-hash.js';
import { parseNote, type SignedCheckpoint, signedCheckpointIn } from '#libs/engine/ledger/tree/ledger-folder.js';
import { TreeBuilder } from '#libs/engine/transparency/tiles/tree-builder.js';
import { eventsIn } from '../support/event-log.js';
import { isDomainEvent, keepLedger } from '../support/kept-ledger.js';
import { scene } from '../support/removal-scene.js';
import { tempFolder } from '../support/temp-folder.js';

const CHILD = resolve(import.meta.dirname, '../../dist/test/support/ledger-child.js');
const ROUNDS = 20;
const SCENES = 60;
const MOST_MS = 10;

it('a process that is killed at any time while it writes the ledger has signed nothing that the next one contradicts', async () => {
  const dataDir = tempFolder();
  const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
  for (let made = 0; made < SCENES; made += 1) await scene(store, []);
  await store.close();
  const tree = new TreeBuilder();
  const roots = [Buffer.from(tree.root())];
  for (const event of (await eventsIn(dataDir)).filter(isDomainEvent)) {
    tree.push(eventHash(event));
    roots.push(Buffer.from(tree.root()));
  }

  let signed = 0;
  let killed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Killed some time after a number of checkpoints that differs each time.
    const { checkpoints, signal } = await keptUntil(dataDir, 1 + (round % 5));
    killed += Number(signal === 'SIGKILL');
    for (const { size, root } of checkpoints) {
      expect(size).toBeGreaterThanOrEqual(signed);
      expect(root).toEqual(roots[size]);
      signed = size;
    }
    expect(signedCheckpointIn(join(dataDir, 'ledger'))?.size ?? 0).toBeGreaterThanOrEqual(signed);
  }
  expect(killed).toBeGreaterThan(ROUNDS / 4);
  const { status, checkpoint } = await keepLedger(dataDir);
  expect([status.state, checkpoint?.size, checkpoint?.root]).toEqual(['current', roots.length - 1, roots.at(-1)]);
});

/** Keeps the ledger in another process, and kills it soon after so many checkpoints. */
async function keptUntil(dataDir: string, printed: number) {
  const child = spawn(process.execPath, [CHILD, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const checkpoints: SignedCheckpoint[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const checkpoint = line.startsWith('"') && line.endsWith('"') ? parseNote(JSON.parse(line)) : undefined;
    if (checkpoint === undefined) continue; // The process was killed while it wrote the line, or has kept everything.
    checkpoints.push(checkpoint);
    if (checkpoints.length === printed) setTimeout(() => child.kill('SIGKILL'), Math.random() * MOST_MS);
  }
  const [, signal] = await ended;
  return { checkpoints, signal };
}
