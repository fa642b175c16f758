import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseNote, type SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { consistencyProof } from '#libs/engine/transparency/merkle/tree-hashes.js';
import { isConsistent } from '#libs/engine/transparency/merkle/verify-proof.js';
import { nodesOf } from '#libs/engine/transparency/tiles/tree-builder.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { tokenWith } from '../support/api.js';
import { type Appledger, ready, startAppledger } from '../support/appledger.js';
import { changeOnDisk } from '../support/kept-ledger.js';
import { cleanUp } from '../support/server.js';

const POLL_MS = 20;
const CREATIONS = 30;

const env = { APPLEDGER_LEDGER_PUBLIC: 'true' };
let appledger: Appledger;

afterAll(cleanUp);

async function checkpoint(size: number): Promise<SignedCheckpoint> {
  for (;;) {
    const response = await fetch(`${appledger.server.url}/ledger/checkpoint`);
    const signed = parseNote(await response.text());
    if (signed !== undefined && signed.size >= size) return signed;
    await delay(POLL_MS);
  }
}

it('a checkpoint that was served before a kill is the beginning of every later one', async () => {
  appledger = await startAppledger({ env });
  const { dataDir } = appledger.server;
  const first = await checkpoint(1);
  let served = first;
  const creating = Array.from({ length: CREATIONS }, (_, at) =>
    appledger.createApp({ name: `killed ${at}` }).catch(() => undefined),
  );
  served = await checkpoint(first.size + 1);
  await appledger.server.stop('SIGKILL');
  await Promise.all(creating);
  appledger = await startAppledger({ env, dataDir });
  const answered = await appledger.createApp({ name: 'to change' });
  expect(answered.status).toBe(200);
  const later = await checkpoint(served.size + 3);
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
  const isContradicted = async () => {
    const { body, status } = await appledger.call('GET /debug/ready');
    return status === 503 && body.error?.ledger?.state === 'contradicted';
  };
  while (!(await isContradicted())) await delay(POLL_MS);
  const before = await checkpoint(1);
  expect((await appledger.createApp({ name: 'after the change' })).status).toBe(200);
  await appledger.server.outputWith(/the event log contradicts the ledger/);
  const metrics = await (await fetch(`${appledger.server.url}/debug/metrics`)).text();
  expect(metrics).toMatch(/^appledger_ledger_contradicted 1$/m);
  const { development, server } = appledger;
  const token = await tokenWith(development, { IAM_OWNER: [development.organization] });
  const headers = { authorization: `Bearer ${token}` };
  const entries = await fetch(`${server.url}/ledger/tile/entries/000.p/${before.size}`, { headers });
  expect([entries.status, await entries.text()]).toEqual([500, expect.stringContaining('LEDGER-m5Jc7')]);
  expect((await checkpoint(1)).note).toBe(before.note);
});
