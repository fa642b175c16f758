import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cosignatureLine } from '#libs/engine/transparency/notes/cosignature.js';
import { cosignerOf } from '#libs/engine/transparency/notes/note-key.js';
import { noteOf, openNote } from '#libs/engine/transparency/notes/signed-note.js';
import { tokenWith } from '../support/api.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { ServedLedger } from '../support/served-ledger.js';
import { cleanUp, startServer } from '../support/server.js';
import { messagesOf } from '../support/server-sent-events.js';
import { tempFolder } from '../support/temp-folder.js';

/** Creations at a time: one after the other they take minutes on a slow machine. */
const AT_ONCE = 32;

/** Creations whose hashes need another page of a file. */
const FILLING = 50;

const asRoot = process.getuid?.() === 0;

afterAll(cleanUp);

describe('a full disk', () => {
  it('causes a clear error for writes, and reads are answered', async () => {
    const prepared = await startAppledger();
    const created = await prepared.createApp({ name: 'Before' });
    await prepared.server.stop();

    // The kernel refuses to let a file grow past this many KiB: for the server this is a full disk.
    const full = await startAppledger({ dataDir: prepared.server.dataDir, before: 'ulimit -f 6144' });
    let refused: Awaited<ReturnType<typeof full.createApp>> | undefined;
    for (let first = 0; first < 5_000 && refused === undefined; first += AT_ONCE) {
      const names = Array.from({ length: AT_ONCE }, (_, index) => `App ${first + index} ${'x'.repeat(150)}`);
      const answers = await Promise.all(names.map((name) => full.createApp({ name })));
      refused = answers.find(({ status }) => status !== 200);
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

describe('a folder of the ledger', () => {
  // Only root may mount a file system that is small enough.
  (asRoot ? it : it.skip)(
    'that is full stops nothing but the ledger, which says so and goes on when there is room',
    async () => {
      const folder = tempFolder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
      try {
        const server = await startAppledger({ env: { APPLEDGER_LEDGER_DIR: folder } });
        const ledger = await ServedLedger.of(server);
        const first = await server.createApp({ name: 'Before' });
        const { note } = await ledger.coveringCreationOf(first.body.appId);
        const filler = join(folder, 'filler');
        try {
          writeFileSync(filler, Buffer.alloc(65_536));
        } catch {
          // It is as long as there was room.
        }
        for (let index = 0; index < FILLING; index += 1) {
          expect((await server.createApp({ name: `Full ${index}` })).status).toBe(200);
        }
        await server.server.outputWith(/ENOSPC.*the ledger cannot go on, trying again/);
        expect((await ledger.last())?.note).toBe(note);
        expect((await server.getApp(first.body.appId)).status).toBe(200);
        rmSync(filler);
        const last = await server.createApp({ name: 'After' });
        await ledger.coveringCreationOf(last.body.appId);
        const output = await server.server.outputWith(/the ledger goes on/);
        expect(output.match(/the ledger cannot go on/g)).toHaveLength(1);
        await server.server.stop();
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
    },
  );
});

describe('a data folder that cannot be written', () => {
  const witness = cosignerOf('witness.example/one', Buffer.alloc(32, 7));

  // Root writes wherever it likes, so the folder has to lie on a file system that is mounted read-only.
  it('is served for reads, and writes are refused with a clear error', async () => {
    const prepared = await startAppledger();
    const created = await prepared.createApp({ name: 'Before' });
    expect((await prepared.getApp(created.body.appId)).status).toBe(200); // so the documents have been built
    const { note, size } = await (await ServedLedger.of(prepared)).coveringCreationOf(created.body.appId);
    await prepared.server.stop();
    const readOnly = await makeReadOnly(prepared.server.dataDir);
    try {
      const { port } = new URL(prepared.server.url); // where the tokens say that their issuer is
      const env = { APPLEDGER_PORT: port, APPLEDGER_LEDGER_WITNESSES: witness.verifier.text };
      const server = await startAppledger({ dataDir: prepared.server.dataDir, env });
      const ledger = await ServedLedger.of(server);
      expect((await ledger.last())?.note).toBe(note);
      expect(await ledger.leaves(size)).toHaveLength(size);
      const refusedWitness = await cosigned(server, note);
      expect([refusedWitness.status, await refusedWitness.text()]).toEqual([
        503,
        expect.stringContaining('LEDGER-w7Rd5'),
      ]);
      expect((await server.call('GET /debug/ready')).body.error).not.toHaveProperty('ledger');
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

  function cosigned({ server }: Appledger, note: string): Promise<Response> {
    const text = openNote(note)?.text ?? '';
    const body = noteOf(text, [...note.trimEnd().split('\n').slice(-1), cosignatureLine(text, 1_700_000_000, witness)]);
    return fetch(`${server.url}/ledger/cosignatures`, { method: 'POST', body });
  }

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
      execFileSync('mount', ['--bind', folder, folder]);
      execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
      return { undo: async () => void execFileSync('umount', ['-l', folder]) };
    }
    const paths = [folder, ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name))];
    await Promise.all(paths.map((path) => chmod(path, 0o500)));
    return { undo: async () => void (await Promise.all(paths.map((path) => chmod(path, 0o700)))) };
  }
});
