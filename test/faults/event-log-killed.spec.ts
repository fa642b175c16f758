import { join } from 'node:path';
import { EVENT_STORE_FOLDER, openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { verifyLog } from '#libs/engine/event-store/embedded/verify-log.js';
import { EventStoreProcess } from '../support/event-store-process.js';
import { tempFolder } from '../support/temp-folder.js';

/** How often a process is killed; APPLEDGER_TEST_KILLS overrides it. */
const KILLS = Number(process.env.APPLEDGER_TEST_KILLS ?? 10);

/** Number of kills between two verifications of the log. */
const KILLS_PER_CHECK = Math.min(10, Math.max(1, Math.floor(KILLS / 2)));

/** Maximum number of appends that a process answers before it is killed. */
const MAX_ANSWERS = 600;

it('a log under mixed load contains every answered append after repeated kills, and verifies', async () => {
  const path = tempFolder();
  const answered = new Map<string, number>();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const child = new EventStoreProcess(path, { args: ['--small-files'] });
    expect(await child.answer()).toEqual({ opened: true, readOnly: false });
    const killAfter = Math.floor((MAX_ANSWERS * ((kill * 7) % 10)) / 10);
    child.send('mixed-forever');
    for (let count = 0; ; count += 1) {
      if (count === killAfter) child.kill();
      const answer = await child.answer();
      if (answer === undefined) break;
      if (answer.stream === undefined) throw new Error(`unexpected answer ${JSON.stringify(answer)}`);
      answered.set(answer.stream, answer.count ?? 0);
    }
    if (kill % KILLS_PER_CHECK !== 0) continue;
    const report = await verifyLog(join(path, EVENT_STORE_FOLDER));
    expect({ kill, damages: report.damages, indexFaults: report.indexFaults }).toEqual({
      kill,
      damages: [],
      indexFaults: [],
    });
  }
  const store = await openEmbeddedEventStore({ path, readOnly: false });
  const found = new Map<string, number>();
  for await (const { stream } of store.readAll()) found.set(stream, (found.get(stream) ?? 0) + 1);
  expect([...answered].filter(([stream, count]) => (found.get(stream) ?? 0) < count)).toEqual([]);
  expect(answered.size).toBeGreaterThan(KILLS * 10);
  await store.close();
}, 3_600_000);
