import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { generation } from '../support/read-model-writer.js';
import { tempFolder } from '../support/temp-folder.js';

const WRITER = resolve(import.meta.dirname, '../../dist/test/support/read-model-writer.js');

/** How often a process is killed; APPLEDGER_TEST_KILLS overrides it. */
const KILLS = Number(process.env.APPLEDGER_TEST_KILLS ?? 6);

/** The most batches that a process writes before it is killed. */
const MAX_BATCHES = 130;

it('the files that a killed process leaves are never taken for damaged, and hold every batch that was written', async () => {
  const folder = join(tempFolder(), 'read-model');
  let number = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const child = spawn(process.execPath, [WRITER, folder, `${number}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    const killAfter = (kill * 29) % MAX_BATCHES;
    let written = { generation: number, checkpoint: -1 };
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      written = JSON.parse(line);
      expect(written).not.toHaveProperty('damaged');
      if (lines === killAfter) child.kill('SIGKILL');
      lines += 1;
    }
    const damages: unknown[] = [];
    const warn = (fields: unknown) => damages.push(fields);
    const readModel = openEmbeddedReadModel(folder, { log: { warn, error: warn } });
    expect({ kill, damages }).toEqual({ kill, damages: [] });
    const checkpoint = await readModel.checkpoint(generation(written.generation));
    expect(Number(checkpoint)).toBeGreaterThanOrEqual(written.checkpoint);
    if (kill % 2 === 0) await readModel.drop(generation(written.generation));
    await readModel.close();
    number = written.generation + 1;
  }
}, 3_600_000);
