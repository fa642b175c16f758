import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { type Generations, generationsRecord } from '#libs/engine/documents/port/generations.js';
import { applicationsCollection } from '#libs/registry/applications/projections/applications/applications.document.js';
import { answersAbout } from '../../support/all-answers.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { appledger as run } from '../../support/cli.js';
import { cleanUp } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';
import { until } from '../../support/until.js';

afterAll(cleanUp);

/** The first segment of the event log. */
const SEGMENT = '0000000000000000.log';

const appledger = (dataDir: string, ...args: readonly string[]) => run(args, { APPLEDGER_DATA_DIR: dataDir });

/** Creates applications in the first project, several at once, until it is stopped. Answers the ids. */
function load({ createApp }: Appledger): { readonly created: string[]; stop(): Promise<void> } {
  const created: string[] = [];
  let isOn = true;
  const worker = async (number: number) => {
    for (let count = 0; isOn; count += 1) {
      const name = `Load ${number} ${count} ${randomUUID()}`;
      const { status, body } = await createApp({ name }).catch(() => ({ status: 0, body: undefined }));
      if (status === 200) created.push(body.appId);
      if (status === 0) await delay(20); // The server has stopped.
    }
  };
  const workers = [1, 2, 3, 4].map(worker);
  return {
    created,
    stop: async () => {
      isOn = false;
      await Promise.all(workers);
    },
  };
}

/** A project that nobody changes any more, with applications of every kind. */
async function keptProject({ call }: Appledger): Promise<string> {
  const project = (await call('POST /management/v1/projects', { body: { name: 'Kept' } })).body.id;
  const apps = `/management/v1/projects/${project}/apps`;
  const ids: string[] = [];
  for (const [name, authMethodType] of [
    ['Größe', 0],
    ['Keyed', 1],
    ['Removed', 0],
    ['Idle', 0],
  ] as const) {
    ids.push((await call(`POST ${apps}/api`, { body: { name, authMethodType } })).body.appId);
  }
  const [renamed, keyed, removed, idle] = ids;
  await call(`PUT ${apps}/${renamed}`, { body: { name: 'Renamed' } });
  await call(`POST ${apps}/${renamed}/api_config/_generate_client_secret`, { body: {} });
  await call(`POST ${apps}/${keyed}/keys`, { body: { type: 1, expirationDate: '2099-01-01T00:00:00Z' } });
  await call(`DELETE ${apps}/${removed}`);
  await call(`POST ${apps}/${idle}/_deactivate`, { body: {} });
  return project;
}

/** Permission bits of everything in a folder. */
function modes(folder: string): readonly string[] {
  const paths = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  const modeOf = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);
  return [...new Set(paths.map((path) => `${statSync(join(folder, path)).isDirectory() ? 'd' : 'f'}${modeOf(path)}`))];
}

it('a back-up of a server under load, restored elsewhere, contains every confirmed write', async () => {
  const first = await startAppledger();
  const { dataDir } = first.server;
  const project = await keptProject(first);
  const before = await answersAbout(first, project);
  const writing = load(first);
  await until(() => writing.created.length >= 50);
  await until(() => existsSync(join(dataDir, 'machine-user-key.json')));
  const known = [...writing.created];
  const copy = join(tempFolder(), 'deeper', 'copy');
  const made = await appledger(dataDir, 'backup', copy, '--json');
  await writing.stop();
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const report = JSON.parse(made.stdout);
  expect(report).toMatchObject({ folder: copy, format: 1, documents: { projects: 2 } });
  expect(report.events).toBeGreaterThan(100);
  expect(readdirSync(copy).sort()).toEqual([
    'backup.json',
    'credential-times',
    'development-issuer.json',
    'events',
    'machine-user-key.json',
    'read-model',
    'webhook-deliveries',
  ]);
  expect(modes(copy)).toEqual(['d700', 'f600']);
  expect(readdirSync(join(copy, '..'))).toEqual(['copy']);
  expect(await answersAbout(first, project)).toEqual(before);
  await first.server.stop('SIGKILL');

  const target = tempFolder();
  expect(await appledger(target, 'restore', copy)).toMatchObject({ code: 0, stderr: '' });
  expect(modes(target)).toEqual(expect.arrayContaining(['d700', 'f600']));
  const second = await startAppledger({ dataDir: target });
  await ready(second.call);
  expect(await answersAbout(second, project)).toEqual(before);
  for (const id of known) expect((await second.getApp(id)).status).toBe(200);
  expect((await second.createApp({ name: 'Afterwards' })).status).toBe(200);
  for (const name of ['applications', 'projects', 'clients', 'applicationKeys', 'applicationLives']) {
    expect(await appledger(target, 'projections', 'verify', name)).toMatchObject({ code: 0 });
  }
});

it('a back-up of a stopped server contains everything', async () => {
  const first = await startAppledger();
  await ready(first.call);
  const { appId } = (await first.createApp({ name: 'Stopped' })).body;
  await first.server.stop();
  const copy = join(tempFolder(), 'copy');
  expect((await appledger(first.server.dataDir, 'backup', copy)).stdout).toMatch(
    /^backed up into \S+copy: 5 events in \d+ streams up to position 4; documents: .*1 applications/,
  );
  const target = join(tempFolder(), 'new');
  expect((await appledger(target, 'restore', copy)).code).toBe(0);
  const second = await startAppledger({ dataDir: target });
  expect((await second.getApp(appId)).body.app.name).toBe('Stopped');
});

it('rolling back: later data is set aside, and every answer is as it was', async () => {
  const first = await startAppledger();
  const { dataDir } = first.server;
  const project = await keptProject(first);
  const before = await answersAbout(first, project);
  const copy = join(tempFolder(), 'copy');
  await appledger(dataDir, 'backup', copy);
  const later = (await first.createApp({ name: 'Later' })).body.appId;
  await first.call(`DELETE /management/v1/projects/${project}`);
  const inUse = await appledger(dataDir, 'restore', copy, '--replace');
  expect(inUse).toMatchObject({ code: 1, stderr: expect.stringContaining('another process (pid') });
  await first.server.stop();

  const refused = await appledger(dataDir, 'restore', copy);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--replace sets that aside') });
  const restored = JSON.parse(
    (await appledger(dataDir, 'restore', copy, '--replace', '--new-ledger', '--json')).stdout,
  );
  expect(readdirSync(restored.replaced).sort()).toEqual(expect.arrayContaining(['events', 'ledger', 'read-model']));
  const second = await startAppledger({ dataDir });
  await ready(second.call);
  expect(await answersAbout(second, project)).toEqual(before);
  expect((await second.getApp(later)).status).toBe(404);
  await second.server.stop();

  const third = await startAppledger({ dataDir: restored.replaced });
  expect((await third.getApp(later)).body.app.name).toBe('Later');
});

it('upgrading under load: documents of an older definition answer queries while they are rebuilt, and nothing is lost', async () => {
  let server = await startAppledger();
  const { dataDir } = server.server;
  const project = await keptProject(server);
  const before = await answersAbout(server, project);
  let writing = load(server);
  await until(() => writing.created.length >= 50);
  expect((await appledger(dataDir, 'backup', join(tempFolder(), 'before'))).code).toBe(0);
  const stopped = server.server.stop();
  await writing.stop();
  await stopped;
  const known = [...writing.created];
  await makeOlder(dataDir);

  server = await startAppledger({ dataDir });
  writing = load(server);
  expect(await answersAbout(server, project)).toEqual(before);
  await server.server.outputWith(/applications have been built from \d+ events/);
  await writing.stop();
  await ready(server.call);
  expect(await answersAbout(server, project)).toEqual(before);
  for (const id of [...known, ...writing.created]) expect((await server.getApp(id)).status).toBe(200);
  const listed = JSON.parse((await appledger(dataDir, 'projections', 'list', 'applications', '--json')).stdout);
  expect(listed.projections).toMatchObject([{ serving: { generation: 2 } }]);
  expect((await appledger(dataDir, 'projections', 'verify', 'all')).code).toBe(0);
});

/** The documents of applications look as if a version with another definition had made them. */
async function makeOlder(dataDir: string): Promise<void> {
  const readModel = openEmbeddedReadModel(join(dataDir, 'read-model'));
  const name = generationsRecord(applicationsCollection);
  const stored = await readModel.record<Generations>(name);
  const serving = { ...stored?.value.serving, definition: 'older' };
  await readModel.putRecord(name, { ...stored?.value, serving }, stored?.version);
  await readModel.close();
}

describe('a back-up', () => {
  let source: Appledger;
  let copy: string;
  beforeAll(async () => {
    source = await startAppledger();
    await source.createApp({ name: 'Kept' });
    copy = join(tempFolder(), 'copy');
    await appledger(source.server.dataDir, 'backup', copy);
  });

  it('does not overwrite a folder with content', async () => {
    const full = tempFolder();
    writeFileSync(join(full, 'mine'), '');
    expect(await appledger(source.server.dataDir, 'backup', full)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('is there already and is not an empty folder'),
    });
    expect(readdirSync(full)).toEqual(['mine']);
  });

  it('uses an empty folder, and replaces an interrupted back-up', async () => {
    const folder = join(tempFolder(), 'here');
    mkdirSync(folder);
    mkdirSync(`${folder}.partial/read-model`, { recursive: true });
    mkdirSync(join(`${folder}.partial`, 'events'));
    writeFileSync(join(`${folder}.partial`, 'events', SEGMENT), 'half');
    const foreign = await appledger(source.server.dataDir, 'backup', folder);
    expect(foreign).toMatchObject({ code: 2, stderr: expect.stringContaining('was not left by this command') });
    expect(existsSync(join(`${folder}.partial`, 'events', SEGMENT))).toBe(true);
    writeFileSync(join(`${folder}.partial`, 'lock'), '1');
    expect(await appledger(source.server.dataDir, 'backup', folder)).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(folder, 'backup.json'))).toBe(true);
    expect(existsSync(`${folder}.partial`)).toBe(false);
  });

  it('is not made in the data folder, and leaves nothing behind if there is nothing to copy', async () => {
    const { dataDir } = source.server;
    const inside = await appledger(dataDir, 'backup', join(dataDir, 'copy'));
    expect(inside).toMatchObject({ code: 2, stderr: expect.stringContaining('outside of it') });
    const parent = tempFolder();
    const misspelt = await appledger(join(parent, 'nothing'), 'backup', join(parent, 'copy'));
    expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no event store in') });
    expect(readdirSync(parent)).toEqual([]);
  });

  it('is not made of EventStoreDB, and the message says how to make one', async () => {
    for (const command of ['backup', 'restore']) {
      const env = { APPLEDGER_DATA_DIR: tempFolder(), APPLEDGER_EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' };
      expect(await run([command, join(tempFolder(), 'copy')], env)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/events are in EventStoreDB.+\nMongoDB needs no back-up/),
      });
    }
  });

  it.each([
    ['a file that was changed', (folder: string) => flipByte(join(folder, 'events', SEGMENT)), `${SEGMENT} is damaged`],
    ['a cut file', (folder: string) => writeFileSync(join(folder, 'read-model/data.mdb'), 'x'), 'data.mdb is damaged'],
    ['no backup.json', (folder: string) => writeFileSync(join(folder, 'backup.json'), '{}'), 'is no back-up'],
    ['another format', (folder: string) => writeFileSync(join(folder, 'backup.json'), '{"format":2}'), 'has format 2'],
  ])('with %s is not restored, and the data folder is unchanged', async (_, damage, message) => {
    const damaged = join(tempFolder(), 'damaged');
    cpSync(copy, damaged, { recursive: true });
    damage(damaged);
    const target = tempFolder();
    expect(await appledger(target, 'restore', damaged)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    });
    expect(readdirSync(target).filter((name) => name !== 'lock')).toEqual([]);
  });

  it('prevents a start after an interrupted restore, until it is restored again', async () => {
    const target = tempFolder();
    cpSync(join(copy, 'read-model'), join(target, 'read-model'), { recursive: true });
    writeFileSync(join(target, 'restore.unfinished'), '');
    await expect(startAppledger({ dataDir: target })).rejects.toThrow('a restore into it was interrupted');
    expect((await appledger(target, 'restore', copy, '--replace')).code).toBe(0);
    const restored = await startAppledger({ dataDir: target });
    expect((await restored.call('POST /management/v1/projects/_search', { body: {} })).status).toBe(200);
  });
});

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.length - 100;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}
