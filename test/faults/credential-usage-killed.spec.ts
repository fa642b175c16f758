import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openEmbeddedLatestTimes } from '#libs/engine/documents/embedded/embedded-latest-times.js';
import { silentLog } from '../support/silent-log.js';
import { tempFolder } from '../support/temp-folder.js';

const PROGRAM = resolve(import.meta.dirname, '../../dist/test/support/usage-child.js');
const CREDENTIALS = 200;
const ROUNDS = 3;

/** Lets a process store times from this one on, kills it after so many, and answers the last one that it has stored. */
async function killedAfter(folder: string, firstTime: number, count: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, folder, `${firstTime}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let last = firstTime - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last >= firstTime + count) child.kill('SIGKILL');
  }
  await ended;
  return last;
}

it('a killed process loses no use that it has stored, and the next one none of those before', async () => {
  const folder = join(tempFolder(), 'times');
  let last = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    last = await killedAfter(folder, last + 1, 3 + round * 3);
    const times = openEmbeddedLatestTimes(folder, { readOnly: true, log: silentLog });
    for (let index = 0; index < CREDENTIALS; index += 1) {
      const stored = await times.latestOf(`app ${index % 20}`, [`secret ${index}`]);
      expect(stored.get(`secret ${index}`)).toBeGreaterThanOrEqual(last);
    }
    expect(await times.begun()).toBe(1);
    await times.close();
  }
});
