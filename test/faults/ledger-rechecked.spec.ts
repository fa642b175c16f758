import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseNote, type SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { tokenWith } from '../support/api.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { changeOnDisk } from '../support/kept-ledger.js';
import { cleanUp, startServer } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const POLL_MS = 20;

let appledger: Appledger;
let token: string;

beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_LEDGER_PUBLIC: 'true' } });
  const { development } = appledger;
  token = await tokenWith(development, { IAM_OWNER: [development.organization] });
});
afterAll(cleanUp);

const get = (path: string) =>
  fetch(`${appledger.server.url}/ledger/${path}`, { headers: { authorization: `Bearer ${token}` } });

async function checkpointOf(size: number): Promise<SignedCheckpoint> {
  for (;;) {
    const signed = parseNote(await (await get('checkpoint')).text());
    if (signed !== undefined && signed.size >= size) return signed;
    await delay(POLL_MS);
  }
}

it('the folder of the ledger of a running server is not given to another process', async () => {
  await checkpointOf(1);
  const env = { APPLEDGER_LEDGER_DIR: join(appledger.server.dataDir, 'ledger') };
  await expect(startServer({ env })).rejects.toThrow('another process');
});

it('files of the ledger that are lost while the server runs are made again, and until then its tiles are unavailable', async () => {
  const { size, note } = await checkpointOf(1);
  const tree = join(appledger.server.dataDir, 'ledger/tree');
  const tile = async () => Buffer.from(await (await get(`tile/0/000.p/${size}`)).arrayBuffer());
  const whole = await tile();
  renameSync(tree, join(tempFolder(), 'tree'));
  for (const path of [`tile/0/000.p/${size}`, `tile/entries/000.p/${size}`]) {
    const answer = await get(path);
    if (answer.status === 200) continue; // They have been made again already.
    expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '2']);
    expect(await answer.text()).toContain('LEDGER-t4Vb9');
  }
  while ((await get(`tile/0/000.p/${size}`)).status !== 200) await delay(POLL_MS);
  expect(await tile()).toEqual(whole);
  expect((await checkpointOf(1)).note).toBe(note);
});

it('a damaged place of an event makes its entries unavailable until the files are made again', async () => {
  const { size } = await checkpointOf(1);
  writeFileSync(join(appledger.server.dataDir, 'ledger/tree/places'), Buffer.alloc(16 * size, 1));
  const answer = await get(`tile/entries/000.p/${size}`);
  if (answer.status !== 200) expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  while ((await get(`tile/entries/000.p/${size}`)).status !== 200) await delay(POLL_MS);
});

it('a record that is changed while the server runs is noticed: it is not ready, and nothing more is signed', async () => {
  const before = (await checkpointOf(1)).size;
  await appledger.createApp({ name: 'to change' });
  const { size } = await checkpointOf(before + 3);
  expect(changeOnDisk(appledger.server.dataDir, '"name":"to change"', '"name":"To change"')).toBeGreaterThan(0);
  const isContradicted = async () => {
    const { body, status } = await appledger.call('GET /debug/ready');
    return status === 503 && body.error?.ledger?.state === 'contradicted';
  };
  while (!(await isContradicted())) await delay(POLL_MS);
  const last = await checkpointOf(size);
  expect((await appledger.createApp({ name: 'after the change' })).status).toBe(200);
  await appledger.server.outputWith(/the event log contradicts the ledger/);
  const metrics = await (await fetch(`${appledger.server.url}/debug/metrics`)).text();
  expect(metrics).toMatch(/^appledger_ledger_contradicted 1$/m);
  expect((await checkpointOf(1)).note).toBe(last.note);
});
