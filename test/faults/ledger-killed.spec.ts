import { join } from 'node:path';
import { consistencyProof } from '#libs/engine/transparency/merkle/tree-hashes.js';
import { isConsistent } from '#libs/engine/transparency/merkle/verify-proof.js';
import { nodesOf } from '#libs/engine/transparency/tiles/tree-builder.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { type Appledger, ready, startAppledger } from '../support/appledger.js';
import { changeOnDisk } from '../support/kept-ledger.js';
import { ServedLedger } from '../support/served-ledger.js';
import { cleanUp } from '../support/server.js';

const CREATIONS = 30;

const env = { APPLEDGER_LEDGER_PUBLIC: 'true' };
let appledger: Appledger;

afterAll(cleanUp);

it('a checkpoint that was served before a kill is the beginning of every later one', async () => {
  appledger = await startAppledger({ env });
  const { dataDir } = appledger.server;
  const before = await ServedLedger.of(appledger);
  const first = await before.covering(1);
  const creating = Array.from({ length: CREATIONS }, (_, at) =>
    appledger.createApp({ name: `killed ${at}` }).catch(() => undefined),
  );
  const served = await before.covering(first.size + 1);
  await appledger.server.stop('SIGKILL');
  await Promise.all(creating);
  appledger = await startAppledger({ env, dataDir });
  const { body } = await appledger.createApp({ name: 'to change' });
  const later = await (await ServedLedger.of(appledger)).coveringCreationOf(body.appId);
  const node = nodesOf(hashesIn(join(dataDir, 'ledger/tree')));
  expect(isConsistent(served, later, consistencyProof(served.size, later.size, node))).toBe(true);
  expect(later.origin).toBe(served.origin);
});

it('a log that was changed on disk makes the server unready: nothing more is signed, and its entries are refused', async () => {
  const { dataDir } = appledger.server;
  await ready(appledger.call);
  await appledger.server.stop();
  expect(changeOnDisk(dataDir, '"name":"to change"', '"name":"To change"')).toBeGreaterThan(0);
  appledger = await startAppledger({ env, dataDir });
  const ledger = await ServedLedger.of(appledger);
  await ledger.contradicted();
  const before = await ledger.covering(1);
  expect((await appledger.createApp({ name: 'after the change' })).status).toBe(200);
  await appledger.server.outputWith(/the event log contradicts the ledger/);
  const metrics = await (await fetch(`${appledger.server.url}/debug/metrics`)).text();
  expect(metrics).toMatch(/^appledger_ledger_contradicted 1$/m);
  const entries = await ledger.get(`tile/entries/000.p/${before.size}`);
  expect([entries.status, await entries.text()]).toEqual([500, expect.stringContaining('LEDGER-m5Jc7')]);
  expect((await ledger.last())?.note).toBe(before.note);
});
