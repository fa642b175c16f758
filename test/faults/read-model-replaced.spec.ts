import { closeSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answersAbout } from '../support/all-answers.js';
import { type Appledger, ready, startAppledger } from '../support/appledger.js';
import { cleanUp } from '../support/server.js';

afterAll(cleanUp);

const POLL_MS = 50;
const PAGE_BYTES = 4_096;
const NAMES = Array.from({ length: 12 }, (_, index) => `Kept ${index}`);

const fileOf = (dataDir: string) => join(dataDir, 'read-model', 'data.mdb');
const setAside = (dataDir: string) => readdirSync(dataDir).filter((name) => name.startsWith('read-model.damaged-'));

/** A server with applications, and everything that it answers about them. */
async function registered() {
  const appledger = await startAppledger();
  await ready(appledger.call);
  const ids: string[] = [];
  for (const name of NAMES) ids.push((await appledger.createApp({ name })).body.appId);
  return { appledger, ids, dataDir: appledger.server.dataDir, answers: await allAnswers(appledger) };
}

const allAnswers = (appledger: Appledger) => answersAbout(appledger, appledger.development.project);

/** Asks for an application until it is answered; every answer before that is "unavailable". */
async function untilAnswered({ getApp }: Appledger, appId: string): Promise<readonly number[]> {
  const refusals: number[] = [];
  for (;;) {
    const { status } = await getApp(appId);
    if (status === 200) return refusals;
    expect(status).toBe(503);
    refusals.push(status);
    await delay(POLL_MS);
  }
}

/** Changes a bit in every place where the file has the text. */
function flip(path: string, text: string): void {
  const bytes = readFileSync(path);
  const file = openSync(path, 'r+');
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    writeSync(file, Buffer.of(bytes.readUInt8(at) ^ 1), 0, 1, at);
  }
  closeSync(file);
}

it.each([
  [
    'with pages of zeros after kill -9',
    (path: string) => {
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0, 4 * PAGE_BYTES, 12 * PAGE_BYTES));
    },
  ],
  ['that is cut off after kill -9', (path: string) => truncateSync(path, 3 * PAGE_BYTES)],
])('a file of the documents %s is set aside, and the documents are built again', async (_, damage) => {
  const { appledger, ids, dataDir, answers } = await registered();
  await appledger.server.stop('SIGKILL');
  damage(fileOf(dataDir));
  const after = await startAppledger({ dataDir });
  for (const appId of ids) await untilAnswered(after, appId);
  expect(await allAnswers(after)).toEqual(answers);
  expect(await after.server.outputWith(/files of the documents were damaged: they are set aside/)).toMatch(/"fault":"/);
  expect(setAside(dataDir)).toHaveLength(1);
  await after.server.stop();
  const again = await startAppledger({ dataDir });
  await ready(again.call);
  expect(await allAnswers(again)).toEqual(answers);
});

it('a document that is found damaged while the server runs is never answered, and all are built again', async () => {
  const { appledger, ids, dataDir, answers } = await registered();
  await appledger.server.stop();
  const after = await startAppledger({ dataDir }); // no document is in its cache
  await ready(after.call);
  flip(fileOf(dataDir), '"name":"Kept 3"');
  for (const appId of ids) await untilAnswered(after, appId);
  expect(await allAnswers(after)).toEqual(answers);
  expect(await after.server.outputWith(/the read model in .* is damaged/)).toMatch(/set aside/);
  expect(setAside(dataDir)).toHaveLength(1);
  expect((await after.createApp({ name: 'Later' })).status).toBe(200);
});

it('a file that is cut off under a running server costs no answer after the next start', async () => {
  const { appledger, ids, dataDir, answers } = await registered();
  truncateSync(fileOf(dataDir), 0);
  // The file is mapped, so the system may end the process by SIGBUS at the next read. Nothing is lost by that.
  await appledger.getApp(ids[0] ?? '').catch(() => undefined);
  await appledger.server.stop('SIGKILL');
  const after = await startAppledger({ dataDir });
  for (const appId of ids) await untilAnswered(after, appId);
  expect(await allAnswers(after)).toEqual(answers);
});

it('an event log that is gone beside documents that were set aside is not begun anew', async () => {
  const { appledger, dataDir } = await registered();
  await appledger.server.stop();
  truncateSync(fileOf(dataDir), PAGE_BYTES);
  for (const name of readdirSync(join(dataDir, 'events')).filter((file) => file.endsWith('.log'))) {
    truncateSync(join(dataDir, 'events', name), 0);
  }
  for (const name of readdirSync(join(dataDir, 'events', 'index')))
    truncateSync(join(dataDir, 'events', 'index', name), 0);
  for (const _ of ['at the first start', 'at the next']) {
    await expect(startAppledger({ dataDir })).rejects.toThrow(/the event log .* is gone, and documents in/);
  }
});
