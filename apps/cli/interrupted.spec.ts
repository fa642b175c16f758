import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { builtProgram } from '../../test/support/built-program.js';
import { tempFolder } from '../../test/support/temp-folder.js';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const DIST = resolve(import.meta.dirname, '../../dist');

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('appledger ends at %s by itself, and so with everything cleared up', async (signal, code) => {
  const dataDir = tempFolder();
  mkdirSync(join(dataDir, 'events'));
  const folder = openDataFolder(dataDir); // as a server does that never answers
  const server = createServer();
  open.push(
    () => folder.close(),
    () => server.close(),
  );
  const asked = new Promise<void>((done) => {
    server.on('connection', (socket) => {
      open.push(() => socket.destroy());
      socket.once('data', () => done());
    });
  });
  server.listen(join(dataDir, 'control.sock'));
  const child = spawn(process.execPath, [builtProgram('appledger'), 'projections', 'verify', 'applications'], {
    env: { PATH: process.env.PATH, APPLEDGER_DATA_DIR: dataDir },
  });
  await asked;
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([code, null]);
});

it('a scratch read model is deleted when the process ends in the middle of the work', async () => {
  const temporary = join(tempFolder(), 'tmp');
  mkdirSync(temporary);
  const module = join(DIST, 'libs/registry/composition/scratch-read-model.js');
  const script = `const { withScratchReadModel } = await import(${JSON.stringify(module)});
    await withScratchReadModel(async () => { console.log('working'); process.exit(3); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: process.env.PATH, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(await once(child, 'close')).toEqual([3, null]);
  expect(readdirSync(temporary)).toEqual([]);
});
