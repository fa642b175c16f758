import { openMongoDbReadModel } from '#libs/engine/documents/mongodb/mongodb-read-model.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import {
  type Collection,
  type Filter,
  NOTHING_PROJECTED,
  type ReadModel,
  type Write,
} from '#libs/engine/documents/port/read-model.js';
import { ready, startAppledger } from '../support/appledger.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { eventually as untilItSucceeds } from '../support/eventually.js';
import { describeWithMongoDb, MongoDbProcess } from '../support/mongodb-process.js';
import { cleanUp, startServer } from '../support/server.js';
import { until } from '../support/until.js';

interface Doc {
  readonly text: string;
}

const collection: Collection<Doc> = { name: 'documents', indexes: [['text']] };
const KILLS = 3;
const DOCUMENTS = 60;
const ROUNDS = 12;

const eventually = <T>(attempt: () => Promise<T>) => untilItSucceeds(ReadModelUnavailableError, attempt);

const opened: { readModel: ReadModel; server: MongoDbProcess }[] = [];
afterEach(async () => {
  for (const { readModel, server } of opened.splice(0)) {
    await readModel.close();
    await server.end();
  }
});
afterAll(cleanUp);

/** A read model on a server; what it logs is kept. */
async function open(server: MongoDbProcess) {
  const logged: string[] = [];
  const note = (fields: object, message: string) => logged.push(`${message} ${JSON.stringify(fields)}`);
  const readModel = await openMongoDbReadModel(server.url, { info: note, warn: note, error: note });
  opened.push({ readModel, server });
  return { readModel, logged };
}

async function start() {
  const server = new MongoDbProcess();
  await server.start();
  return { server, ...(await open(server)) };
}

/** The documents after a round of events: the first round creates them. */
function writesOf(round: number): readonly Write<Doc>[] {
  return Array.from({ length: DOCUMENTS }, (_, index) => {
    const position = BigInt(round * DOCUMENTS + index);
    return { id: `${index}`, position, document: { text: `${round}` }, begins: round === 0 };
  });
}

const apply = (readModel: ReadModel, round: number, after: bigint) =>
  readModel.apply({ collection, writes: writesOf(round), after, checkpoint: BigInt(round) });

describeWithMongoDb('MongoDB', () => {
  it('killed while documents are written: they are written again, and the checkpoint is never ahead', async () => {
    const { server, readModel } = await start();
    await readModel.prepare(collection);
    let after = NOTHING_PROJECTED;
    let kills = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const applying = apply(readModel, round, after).catch((error: unknown) => error);
      if (round % 4 === 1) {
        await server.end('SIGKILL');
        await applying;
        await server.start();
        kills += 1;
        const checkpoint = Number(await eventually(() => readModel.checkpoint(collection)));
        const documents = await readModel.getMany(collection, ['0', `${DOCUMENTS - 1}`]);
        for (const { document } of documents.values()) {
          expect(Number(document?.text)).toBeGreaterThanOrEqual(checkpoint);
        }
      }
      await eventually(() => apply(readModel, round, after));
      after = BigInt(round);
    }
    expect(kills).toBe(KILLS);
    expect(await readModel.checkpoint(collection)).toBe(BigInt(ROUNDS - 1));
    const total = async (filter: Filter) => (await readModel.find(collection, { filter, sort: [], limit: 0 })).total;
    expect(await total({ text: `${ROUNDS - 1}` })).toBe(DOCUMENTS);
    expect(await total({})).toBe(DOCUMENTS);
  });

  it.each([
    ['inserted', 0],
    ['replaced', 1],
  ])(
    'losing a connection while documents are %s: the batch fails, and the checkpoint does not move',
    async (_, round) => {
      const { server, readModel: direct } = await start();
      await direct.prepare(collection);
      if (round > 0) await apply(direct, 0, NOTHING_PROJECTED);
      const checkpoint = await direct.checkpoint(collection);
      const url = new URL(server.url);
      const proxy = await CuttingProxy.start(Number(url.port));
      url.port = String(proxy.ownPort);
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const readModel = await openMongoDbReadModel(url.href, log);
      try {
        await readModel.checkpoint(collection);
        proxy.cutNext(`${round === 0 ? 'insert' : 'update'}\0`);
        await expect(apply(readModel, round, checkpoint)).rejects.toThrow(ReadModelUnavailableError);
        expect(proxy.cuts).toBe(1);
        expect(await direct.checkpoint(collection)).toBe(checkpoint);
        await eventually(() => apply(readModel, round, checkpoint));
        const { total } = await direct.find(collection, { filter: { text: `${round}` }, sort: [], limit: 0 });
        expect(total).toBe(DOCUMENTS);
      } finally {
        await readModel.close();
        proxy.close();
      }
    },
  );

  it('gone: calls fail, health reports why, one line is logged; back: everything works again', async () => {
    const { server, readModel, logged } = await start();
    await apply(readModel, 0, NOTHING_PROJECTED);
    await server.end('SIGKILL');
    // Until the driver's next heartbeat each call detects the failure by itself.
    for (let attempt = 0; attempt < 100 || logged.length === 0; attempt += 1) {
      await expect(readModel.get(collection, '1')).rejects.toThrow(ReadModelUnavailableError);
      await expect(readModel.find(collection, { filter: {}, sort: [] })).rejects.toThrow(ReadModelUnavailableError);
      await expect(apply(readModel, 1, 0n)).rejects.toThrow(ReadModelUnavailableError);
    }
    const detail = expect.stringContaining('check that it runs and can be reached');
    expect(await readModel.health()).toEqual({ readable: false, writable: false, detail });
    await server.start();
    await eventually(() => apply(readModel, 1, 0n));
    expect(await readModel.get(collection, '1')).toEqual({ text: '1' });
    expect(await readModel.health()).toEqual({ readable: true, writable: true });
    expect(logged).toEqual([
      expect.stringMatching(/^MongoDB cannot be used; trying again until it can/),
      expect.stringMatching(/^MongoDB can be used/),
    ]);
  });

  it('absent at the start: the read model opens, and works when the server is there', async () => {
    const { server, readModel: first } = await start();
    await first.close();
    await server.end('SIGTERM');
    const { readModel } = await open(server);
    await expect(readModel.get(collection, '1')).rejects.toThrow(/check that it runs and can be reached/);
    await server.start();
    expect(await eventually(() => readModel.get(collection, '1'))).toBeUndefined();
  });

  it('that accepts calls and does not answer: they fail, later ones at once; then it works again', async () => {
    const { server, readModel } = await start();
    await apply(readModel, 0, NOTHING_PROJECTED);
    server.signal('SIGSTOP');
    let refusal: unknown;
    // A call may still be answered by a thread that the signal has not reached yet.
    while (refusal === undefined) refusal = await readModel.get(collection, '1').then(() => undefined, String);
    expect(refusal).toMatch(/^ReadModelUnavailableError/);
    await expect(apply(readModel, 1, 0n)).rejects.toThrow(ReadModelUnavailableError);
    server.signal('SIGCONT');
    await eventually(() => apply(readModel, 1, 0n));
    expect(await readModel.get(collection, '1')).toEqual({ text: '1' });
  });

  it('gone for good: closing does not hang, and later calls report that it is closed', async () => {
    const { server, readModel } = await start();
    await server.end('SIGKILL');
    await readModel.close();
    await expect(readModel.get(collection, '1')).rejects.toThrow(/has been closed/);
    expect(await readModel.health()).toMatchObject({ readable: false, writable: false });
  });

  it('dropped under a running server: the documents are rebuilt', async () => {
    const { server, readModel } = await start();
    const { call, createApp, getApp } = await startAppledger({ env: { APPLEDGER_MONGODB_URL: server.url } });
    await ready(call); // on a new database the documents are made first
    const { appId } = (await createApp({ name: 'Kept' })).body;
    expect((await getApp(appId)).status).toBe(200);
    await readModel.drop({ name: 'applications_1' });
    await until(async () => (await getApp(appId)).status === 200);
    expect((await getApp(appId)).body.app.name).toBe('Kept');
  });

  it('gone under a running server: writes are accepted, queries refused; back: it catches up', async () => {
    const { server } = await start();
    const { call, createApp, getApp } = await startAppledger({ env: { APPLEDGER_MONGODB_URL: server.url } });
    await ready(call); // on a new database the documents are made first
    const before = (await createApp({ name: 'Before' })).body.appId;
    expect((await getApp(before)).status).toBe(200);
    await server.end('SIGKILL');
    const meanwhile = await createApp({ name: 'Meanwhile' });
    expect(meanwhile.status).toBe(200);
    expect(await getApp(before)).toMatchObject({ status: 503, body: { code: 14 } });
    const statusOf = async (path: string) => (await call(`GET /debug/ready${path}`)).status;
    expect(await statusOf('')).toBe(503);
    expect(await statusOf('/read')).toBe(503);
    expect(await statusOf('/write')).toBe(200);
    expect(await statusOf('/any')).toBe(200);
    await server.start();
    await until(async () => (await getApp(meanwhile.body.appId)).status === 200);
    expect((await getApp(before)).status).toBe(200);
  });
});

describe('a connection string of MongoDB', () => {
  const ends = (url: string) => startServer({ env: { APPLEDGER_MONGODB_URL: url } });

  it.each([
    ['that is none', 'http://user:secret@host', /APPLEDGER_MONGODB_URL takes .+ \(got "http:\/\/…@host"\)/],
    ['with an option that is none', 'mongodb://user:secret@host/?unknown=1', /mongodb:\/\/…@host.+unknown/],
  ])('%s prevents the start, and is shown without its password', async (_, url, message) => {
    await expect(ends(url)).rejects.toThrow(message);
    await expect(ends(url)).rejects.not.toThrow('secret');
  });

  it('of an unreachable server is logged without its password', async () => {
    const logged: unknown[] = [];
    const note = (...said: unknown[]) => logged.push(...said);
    const readModel = await openMongoDbReadModel('mongodb://user:secret@127.0.0.1:1/', {
      info: note,
      warn: note,
      error: note,
    });
    const { detail } = await readModel.health();
    await readModel.close();
    expect(detail).toMatch(/ECONNREFUSED/);
    expect(JSON.stringify([logged, detail])).not.toContain('secret');
    expect(JSON.stringify(logged)).toContain('mongodb://…@127.0.0.1:1/');
  });
});
