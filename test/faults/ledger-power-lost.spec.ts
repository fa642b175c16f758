import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { verifyLedger } from '../../apps/cli/ledger/verify-ledger.js';
import { fillLog } from '../bench/filled-log.js';
import { copyOfFolder, keepLedger } from '../support/kept-ledger.js';
import { tempFolder } from '../support/temp-folder.js';

/*
 * The files of the tree are synced every ten seconds, a checkpoint before it is answered. So a loss of power leaves a
 * checkpoint whose tree lacks its end: file systems leave such a file shorter, with zeros at its end, or as it was.
 */
const APPLICATIONS = 150; // their events fill more than a tile
const ROUNDS = 30;
const BLOCK_BYTES = 512;

const losses = {
  kept: () => undefined,
  cut: (path: string, from: number) => truncateSync(path, from),
  zeroed: (path: string, from: number) => writeFileSync(path, readFileSync(path).fill(0, from)),
};

it('a tree whose end was lost with the power is made again, and the same checkpoint is signed', async () => {
  const dataDir = tempFolder();
  await fillLog(dataDir, { applications: APPLICATIONS, organization: '1', projectOf: () => '2' });
  const { checkpoint: signed } = await keepLedger(dataDir);
  const names = readdirSync(join(dataDir, 'ledger/tree'));
  expect(names).toEqual(expect.arrayContaining(['level-0', 'level-1', 'names', 'places']));
  for (let round = 0; round < ROUNDS; round += 1) {
    const folder = copyOfFolder(dataDir);
    const lost = names.map((name) => {
      const kinds = Object.keys(losses) as (keyof typeof losses)[];
      const kind = kinds[Math.floor(Math.random() * kinds.length)] ?? 'kept';
      const path = join(folder, 'ledger/tree', name);
      const blocks = Math.floor(statSync(path).size / BLOCK_BYTES);
      const from = Math.floor(Math.random() * (blocks + 1)) * BLOCK_BYTES;
      losses[kind](path, from);
      return `${name} ${kind} from ${from}`;
    });
    for (const start of [1, 2]) {
      const { status, checkpoint } = await keepLedger(folder);
      expect([...lost, start, status.state, checkpoint?.note]).toEqual([...lost, start, 'current', signed?.note]);
    }
    for (const name of names) {
      const [made, whole] = [folder, dataDir].map((each) => readFileSync(join(each, 'ledger/tree', name)));
      expect([...lost, name, made?.equals(whole ?? Buffer.alloc(0))]).toEqual([...lost, name, true]);
    }
    const configuration = readConfiguration({ APPLEDGER_DATA_DIR: folder });
    expect((await verifyLedger(configuration, undefined, () => undefined)).ok).toBe(true);
  }
});
