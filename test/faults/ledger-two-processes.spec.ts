import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseNote, type SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { consistencyProof } from '#libs/engine/transparency/merkle/tree-hashes.js';
import { isConsistent } from '#libs/engine/transparency/merkle/verify-proof.js';
import { generateSigner } from '#libs/engine/transparency/notes/note-key.js';
import { openNote, signatureBy } from '#libs/engine/transparency/notes/signed-note.js';
import { nodesOf } from '#libs/engine/transparency/tiles/tree-builder.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { ServedLedger } from '../support/served-ledger.js';
import { cleanUp, startServer } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const POLL_MS = 100;
const CREATIONS = 20;

const events = new GatewayProcess();
const signer = generateSigner('ledger.example/shared', () => '');
const folders = [0, 1].map(() => tempFolder());
let servers: readonly Appledger[] = [];

const envOf = (folder: string | undefined) => ({
  APPLEDGER_EVENTSTORE_URL: events.connectionString,
  APPLEDGER_LEDGER_KEY: signer.text,
  APPLEDGER_LEDGER_PUBLIC: 'true',
  APPLEDGER_LEDGER_DIR: folder ?? '',
});

/** An empty data folder with the development issuer of another server. */
function besideOf({ server }: Appledger): string {
  const dataDir = join(tempFolder(), 'data');
  mkdirSync(dataDir);
  cpSync(join(server.dataDir, 'development-issuer.json'), join(dataDir, 'development-issuer.json'));
  return dataDir;
}

beforeAll(async () => {
  await events.start();
  const first = await startAppledger({ env: envOf(folders[0]) });
  servers = [first, await startAppledger({ env: envOf(folders[1]), dataDir: besideOf(first) })];
});
afterAll(async () => {
  await cleanUp();
  await events.end();
});

async function checkpointOf({ server }: Appledger): Promise<SignedCheckpoint | undefined> {
  return parseNote(await (await fetch(`${server.url}/ledger/checkpoint`)).text());
}

it('processes on one event store, each with its own folder, sign the same tree with the same key', async () => {
  const seen: SignedCheckpoint[] = await Promise.all(
    servers.map(async (server) => (await ServedLedger.of(server)).covering(1)),
  );
  const note = async () => {
    for (const server of servers) seen.push(...[await checkpointOf(server)].filter((each) => each !== undefined));
  };
  for (let made = 0; made < CREATIONS; made += 1) {
    const answer = await (servers[made % 2] as Appledger).createApp({ name: `shared ${made}` });
    expect(answer.status).toBe(200);
    await note();
  }
  const isSame = async () => {
    const [one, other] = await Promise.all(servers.map(checkpointOf));
    return one !== undefined && one.note === other?.note && one.size >= CREATIONS * 3;
  };
  while (!(await isSame())) await delay(POLL_MS);
  const [last] = await Promise.all(servers.map(checkpointOf));
  if (last === undefined) throw new Error('nothing was signed');
  const node = nodesOf(hashesIn(join(folders[0] ?? '', 'tree')));
  for (const checkpoint of [...seen, last]) {
    const opened = openNote(checkpoint.note);
    expect(opened && signatureBy(opened, signer.verifier)).toBeDefined();
    const proof = checkpoint.size === 0 ? [] : consistencyProof(checkpoint.size, last.size, node);
    expect([checkpoint.size, isConsistent(checkpoint, last, proof)]).toEqual([checkpoint.size, true]);
  }
  expect(last.size).toBeGreaterThan(seen[0]?.size ?? last.size);
});

it('a process is not given the folder of another one', async () => {
  const [first] = servers as [Appledger];
  const third = startServer({ env: envOf(folders[0]), dataDir: besideOf(first) });
  await expect(third).rejects.toThrow(/APPLEDGER_LEDGER_DIR .*another process/);
});
