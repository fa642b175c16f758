import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { fillings } from '../support/read-model-filler.js';
import { cleanUp } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

afterAll(cleanUp);

const FILLER = resolve(import.meta.dirname, '../../dist/test/support/read-model-filler.js');

it('a read model on a full disk refuses writes and serves reads, and accepts writes again when there is space', async () => {
  const folder = tempFolder();
  // The kernel lets no file grow past so many KiB: for the read model this is a full disk.
  const output = execFileSync('bash', ['-c', 'ulimit -f 6144; exec "$0" "$@"', process.execPath, FILLER, folder]);
  const { stored, refused, first, health } = JSON.parse(output.toString());
  expect(stored).toBeGreaterThan(100);
  expect(refused).toMatch(/^ReadModelUnavailableError: .*disk.*room/);
  expect(first).toBe(2_000);
  expect(health).toMatchObject({ readable: true, writable: false });

  const readModel = openEmbeddedReadModel(folder);
  expect(await readModel.checkpoint(fillings)).toBe(BigInt(stored));
  expect(await readModel.get(fillings, `${stored - 1}`)).toEqual({ text: 'x'.repeat(2_000) });
  expect(await readModel.get(fillings, `${stored}`)).toBeUndefined();
  const writes = [{ id: `${stored}`, position: BigInt(stored + 1), document: { text: 'room' } }];
  await readModel.apply({
    collection: fillings,
    writes,
    after: BigInt(stored),
    checkpoint: BigInt(stored + 1),
  });
  expect(await readModel.get(fillings, `${stored}`)).toEqual({ text: 'room' });
  await readModel.close();
});
