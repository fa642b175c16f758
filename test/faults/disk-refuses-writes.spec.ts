import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenWith } from '../support/api.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { cleanUp, startServer } from '../support/server.js';
import { messagesOf } from '../support/server-sent-events.js';
import { tempFolder } from '../support/temp-folder.js';

afterAll(cleanUp);

describe('a full disk', () => {
  it('causes a clear error for writes, and reads are answered', async () => {
    const prepared = await startAppledger();
    const created = await prepared.createApp({ name: 'Before' });
    await prepared.server.stop();

    // The kernel refuses to let a file grow past this many KiB: for the server this is a full disk.
    const full = await startAppledger({ dataDir: prepared.server.dataDir, before: 'ulimit -f 6144' });
    let refused: Awaited<ReturnType<typeof full.createApp>> | undefined;
    for (let index = 0; index < 5_000 && refused === undefined; index += 1) {
      const answer = await full.createApp({ name: `App ${index} ${'x'.repeat(150)}` });
      if (answer.status !== 200) refused = answer;
    }
    expect(refused?.status).toBe(503);
    expect(refused?.body).toMatchObject({ code: 14, message: expect.stringContaining('event store is not available') });
    await full.server.outputWith(/the event store could not serve a request/);
    expect((await full.getApp(created.body.appId)).status).toBe(200);
    expect(await full.server.stop()).toEqual({ code: 0, signal: null });

    const again = await startAppledger({ dataDir: prepared.server.dataDir });
    expect((await again.createApp({ name: 'After' })).status).toBe(200);
    expect((await again.getApp(created.body.appId)).status).toBe(200);
  });
});

describe('a data folder that cannot be written', () => {
  const asRoot = process.getuid?.() === 0;

  // Root writes wherever it likes, so the folder has to lie on a file system that is mounted read-only.
  it('is served for reads, and writes are refused with a clear error', async () => {
    const prepared = await startAppledger();
    const created = await prepared.createApp({ name: 'Before' });
    expect((await prepared.getApp(created.body.appId)).status).toBe(200); // so the documents have been built
    await prepared.server.stop();
    const readOnly = await makeReadOnly(prepared.server.dataDir);
    try {
      const { port } = new URL(prepared.server.url); // where the tokens say that their issuer is
      const server = await startAppledger({ dataDir: prepared.server.dataDir, env: { APPLEDGER_PORT: port } });
      expect((await server.getApp(created.body.appId)).status).toBe(200);
      expect(await feedOf(server)).toEqual([created.body.appId, created.body.appId]);
      const { status, body } = await server.createApp({ name: 'Refused' });
      expect(status).toBe(503);
      expect(body).toMatchObject({ code: 14, message: expect.stringContaining('event store is not available') });
      await server.server.outputWith(/read-only/);
      expect(await server.server.stop()).toEqual({ code: 0, signal: null });
    } finally {
      await readOnly.undo();
    }
  });

  it('that cannot be created prevents the start', async () => {
    const file = join(tempFolder(), 'taken');
    await (await import('node:fs/promises')).writeFile(file, '');
    await expect(startServer({ dataDir: join(file, 'data') })).rejects.toThrow('APPLEDGER_DATA_DIR');
  });

  /** The application of the first added event, as the feed answers it and as it streams it. */
  async function feedOf({ call, server, development }: Appledger) {
    const path = '/appledger/v1/events?types=project.application.added';
    const { events, nextCursor } = (await call(`GET ${path}`)).body;
    const waited = await call(`GET ${path}&after=${nextCursor}&wait=0.1s`);
    expect([waited.status, waited.body]).toEqual([200, { nextCursor }]);
    const token = await tokenWith(development, { IAM_OWNER: [development.organization] });
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    for await (const { event, data } of messagesOf(await fetch(server.url + path, { headers }))) {
      if (event === 'project.application.added') return [events[0].subject, data.subject];
    }
    return [];
  }

  async function makeReadOnly(folder: string): Promise<{ undo(): Promise<void> }> {
    if (asRoot) {
      const { execFileSync } = await import('node:child_process');
      execFileSync('mount', ['--bind', folder, folder]);
      execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
      return { undo: async () => void execFileSync('umount', ['-l', folder]) };
    }
    const paths = [folder, ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name))];
    await Promise.all(paths.map((path) => chmod(path, 0o500)));
    return { undo: async () => void (await Promise.all(paths.map((path) => chmod(path, 0o700)))) };
  }
});
