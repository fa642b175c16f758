import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { changeOnDisk } from '../support/kept-ledger.js';
import { ServedLedger } from '../support/served-ledger.js';
import { cleanUp, startServer } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const POLL_MS = 100;

let appledger: Appledger;
let ledger: ServedLedger;

beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_LEDGER_PUBLIC: 'true' } });
  ledger = await ServedLedger.of(appledger);
  // From here on nothing is signed that no test has caused.
  await ledger.coveringCreationOf((await appledger.createApp({ name: 'first' })).body.appId);
});
afterAll(cleanUp);

it('what everybody may read of it, pages of every origin may read', async () => {
  const { size } = await ledger.covering(1);
  const origins = async (path: string) => {
    const { headers } = await ledger.get(path);
    return headers.get('access-control-allow-origin');
  };
  expect(await origins('checkpoint')).toBe('*');
  expect(await origins(`tile/0/000.p/${size}`)).toBe('*');
  expect(await origins(`tile/entries/000.p/${size}`)).toBeNull();
});

it('the folder of the ledger of a running server is not given to another process', async () => {
  await ledger.covering(1);
  const env = { APPLEDGER_LEDGER_DIR: join(appledger.server.dataDir, 'ledger') };
  await expect(startServer({ env })).rejects.toThrow('another process');
});

it('files of the ledger that are lost while the server runs are made again, and until then its tiles are unavailable', async () => {
  const { size, note } = await ledger.covering(1);
  const tree = join(appledger.server.dataDir, 'ledger/tree');
  const tile = async () => Buffer.from(await (await ledger.get(`tile/0/000.p/${size}`)).arrayBuffer());
  const whole = await tile();
  renameSync(tree, join(tempFolder(), 'tree'));
  for (const path of [`tile/0/000.p/${size}`, `tile/entries/000.p/${size}`]) {
    const answer = await ledger.get(path);
    if (answer.status === 200) continue; // They have been made again already.
    expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '2']);
    expect(await answer.text()).toContain('LEDGER-t4Vb9');
  }
  while ((await ledger.get(`tile/0/000.p/${size}`)).status !== 200) await delay(POLL_MS);
  expect(await tile()).toEqual(whole);
  expect((await ledger.covering(1)).note).toBe(note);
});

it('a damaged place of an event makes its entries unavailable until the files are made again', async () => {
  const { size } = await ledger.covering(1);
  writeFileSync(join(appledger.server.dataDir, 'ledger/tree/places'), Buffer.alloc(16 * size, 1));
  const answer = await ledger.get(`tile/entries/000.p/${size}`);
  if (answer.status !== 200) expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  while ((await ledger.get(`tile/entries/000.p/${size}`)).status !== 200) await delay(POLL_MS);
});

it('a record that is damaged while the server runs is reported as damage of the log, though nobody asks for it', async () => {
  const damaged = await startAppledger();
  const { body } = await damaged.createApp({ name: 'to damage' });
  await (await ServedLedger.of(damaged)).coveringCreationOf(body.appId);
  const path = join(damaged.server.dataDir, 'events', '0000000000000000.log');
  const at = readFileSync(path).indexOf('"name":"to damage"');
  const file = openSync(path, 'r+'); // The server may append to it meanwhile.
  writeSync(file, '"nama"', at);
  closeSync(file);
  await damaged.server.outputWith(/the event log is damaged: segment 0+\.log, .* stream application/);
  expect((await damaged.call('GET /debug/ready/write')).status).toBe(503);
  const metrics = await (await fetch(`${damaged.server.url}/debug/metrics`)).text();
  expect(metrics).toMatch(/^appledger_event_log_damages 1$/m);
  expect((await damaged.createApp({ name: 'after the damage' })).status).toBe(200);
});

it('a record that is changed while the server runs is noticed: it is not ready, and nothing more is signed', async () => {
  const { body } = await appledger.createApp({ name: 'to change' });
  const { size } = await ledger.coveringCreationOf(body.appId);
  expect(changeOnDisk(appledger.server.dataDir, '"name":"to change"', '"name":"To change"')).toBeGreaterThan(0);
  await ledger.contradicted();
  const last = await ledger.covering(size);
  expect((await appledger.createApp({ name: 'after the change' })).status).toBe(200);
  await appledger.server.outputWith(/the event log contradicts the ledger/);
  const metrics = await (await fetch(`${appledger.server.url}/debug/metrics`)).text();
  expect(metrics).toMatch(/^appledger_ledger_contradicted 1$/m);
  expect((await ledger.covering(1)).note).toBe(last.note);
});
