import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { fillLog } from '../../../test/bench/filled-log.js';
import { builtProgram } from '../../../test/support/built-program.js';
import { runProgram } from '../../../test/support/cli.js';
import { startTestGateway } from '../../../test/support/gateway.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { type ExportRequest, exportEvents } from './export-events.js';
import { importEvents } from './import-events.js';

const CHUNK = 'events-000000000000.ndjson';
const EVENTS = 6;

let dataDir: string;
beforeAll(async () => {
  dataDir = await filled();
  const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
  const foreign = { id: '4eb3c783-8828-4061-b64b-79f2da81731d', type: 'Foreign', data: {}, metadata: {} };
  await store.append('elsewhere-1', [foreign], 'any');
  await store.close();
});

/** A data folder with some applications. */
async function filled(): Promise<string> {
  const path = tempFolder();
  await fillLog(path, { applications: EVENTS / 2, organization: '1', projectOf: () => '69629023906488334' });
  return path;
}

type Environment = Readonly<Record<string, string>>;

const WHOLE = { compression: 'none', all: false, firstPosition: undefined, lastPosition: undefined } as const;

const exportTo = (to: string, request: Partial<ExportRequest> = {}, env: Environment = {}) =>
  exportEvents(
    readConfiguration({ APPLEDGER_DATA_DIR: dataDir, ...env }),
    { ...WHOLE, to, ...request },
    () => undefined,
  );

const importFrom = async (from: string, env: Environment, shared = false) => {
  const { events, before } = await importEvents(readConfiguration(env), { from, shared }, () => undefined);
  return { events, before };
};

const into = () => join(tempFolder(), 'export');
const inFolder = (path = into()) => ({ APPLEDGER_DATA_DIR: path });

async function exported(request: Partial<ExportRequest> = {}): Promise<string> {
  const folder = into();
  await exportTo(folder, request);
  return folder;
}

describe('an export', () => {
  it('has a line for each event, and a manifest; of other programs only when it is told to', async () => {
    const folder = into();
    expect(await exportTo(folder)).toMatchObject({ folder, before: 0, leftOut: 1, manifest: { events: EVENTS } });
    expect(readdirSync(folder)).toEqual([CHUNK, 'manifest.json']);
    const lines = readFileSync(join(folder, CHUNK), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(EVENTS);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ revision: '0', position: '0', type: 'ApplicationAdded' });
    const all = into();
    const { manifest, leftOut } = await exportTo(all, { all: true, compression: 'gzip' });
    expect([manifest.events, manifest.streams, leftOut]).toEqual([EVENTS + 1, 'all', 0]);
    expect(gunzipSync(readFileSync(join(all, `${CHUNK}.gz`))).toString()).toContain('"stream":"elsewhere-1"');
  });

  it('of a part of the log cannot be imported unless it begins with the first event', async () => {
    const part = into();
    const { manifest } = await exportTo(part, { firstPosition: 2n, lastPosition: 4n });
    expect(manifest).toMatchObject({ events: 3, firstPosition: '2', lastPosition: '4', from: '2', to: '4' });
    await expect(importFrom(part, inFolder())).rejects.toThrow('without --from');
    const beginning = await exported({ lastPosition: 4n });
    expect(await importFrom(beginning, inFolder())).toEqual({ events: 5, before: 0 });
  });

  it('goes on with the same command after the disk was full, and not with another one', async () => {
    const folder = into();
    const command = `ulimit -f 1; exec "$0" "$@"`;
    const full = await runProgram(
      'bash',
      ['-c', command, process.execPath, builtProgram('appledger'), 'export', folder],
      inFolder(dataDir),
    );
    expect(full).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('cannot be written (EFBIG') });
    await expect(importFrom(folder, inFolder())).rejects.toThrow('was interrupted');
    await expect(exportTo(folder, { all: true })).rejects.toThrow('another choice of streams (own, now all)');
    expect(await exportTo(folder)).toMatchObject({ manifest: { events: EVENTS } });
    await expect(exportTo(folder)).rejects.toThrow('holds a complete export already');
  });

  it('is not written into folders that hold something else', async () => {
    const folder = into();
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine'), '');
    await expect(exportTo(folder)).rejects.toThrow('is not empty');
    await expect(exportTo(join(folder, 'mine'))).rejects.toThrow('mine is a file: name a folder');
    await expect(exportTo(join(dataDir, 'export'))).rejects.toThrow('is in the data folder');
    await expect(exportTo(into(), {}, inFolder())).rejects.toThrow('there is no event store');
  });
});

describe('an import', () => {
  it('refuses a damaged export, names the line and leaves no event store; then it imports the whole one', async () => {
    const folder = await exported();
    const text = readFileSync(join(folder, CHUNK), 'utf8');
    writeFileSync(join(folder, CHUNK), text.replace('"revision":"1"', '"revision":1'));
    const target = inFolder();
    const message = new RegExp(`${CHUNK}, line 2: the event.revision must be .+ is damaged`);
    await expect(importFrom(folder, target)).rejects.toThrow(message);
    expect(readdirSync(target.APPLEDGER_DATA_DIR)).toEqual(['lock']);
    writeFileSync(join(folder, CHUNK), text);
    for (const before of [0, EVENTS]) expect(await importFrom(folder, target)).toEqual({ events: EVENTS, before });
  });

  it('refuses a target with other events, a folder in use, and options that do not suit the target', async () => {
    const folder = await exported({ all: true });
    const other = inFolder(await filled());
    await expect(importFrom(folder, other)).rejects.toThrow('is not empty: event');
    const lock = openDataFolder(other.APPLEDGER_DATA_DIR);
    await expect(importFrom(folder, other)).rejects.toThrow('another process');
    lock.close();
    await expect(importFrom(folder, other, true)).rejects.toThrow('APPLEDGER_EVENTSTORE_URL');
    const eventStore = { APPLEDGER_EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' };
    await expect(importFrom(folder, eventStore, true)).rejects.toThrow('export without --all');
    await expect(exportTo(into(), { all: true }, eventStore)).rejects.toThrow('--all is for the embedded');
    await expect(importFrom(into(), eventStore)).rejects.toThrow('is no export');
  });

  it('into an EventStoreDB that others use leaves their streams alone', async () => {
    const gateway = await startTestGateway();
    const env = { APPLEDGER_EVENTSTORE_URL: gateway.connectionString };
    const folder = await exported();
    try {
      await importFrom(folder, { ...env, APPLEDGER_STREAM_PREFIX: 'one.' });
      const two = { ...env, APPLEDGER_STREAM_PREFIX: 'two.' };
      await expect(importFrom(folder, two)).rejects.toThrow('EventStoreDB is not empty: event');
      expect(await importFrom(folder, two, true)).toEqual({ events: EVENTS, before: 0 });
      const again = await exportTo(into(), {}, two);
      expect(again).toMatchObject({ manifest: { events: EVENTS }, leftOut: 0 });
    } finally {
      await gateway.close();
    }
  });
});
