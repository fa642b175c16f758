import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EVENT_STORE_FOLDER, openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { all, events, streamName } from '../contract/event-store/event-store-fixtures.js';
import { EventStoreProcess } from '../support/event-store-process.js';
import { tempFolder } from '../support/temp-folder.js';

/** The kernel's limit for the size of a file in KiB; beyond it, writes fail as on a full disk. */
const FULL_AT_KIB = 6_144;
const FIRST_SEGMENT = '0000000000000000.log';
const PRLIMIT = '/usr/bin/prlimit';

describe('a full disk', () => {
  it('refuses appends with a clear error, answers reads, and leaves no partial append', async () => {
    const path = tempFolder();
    const child = new EventStoreProcess(path, { before: `ulimit -f ${FULL_AT_KIB}` });
    await child.answer();
    const filled = await child.ask('fill');
    expect(filled?.stored).toBeGreaterThan(10);
    expect(filled?.error).toMatch(/^EventStoreUnavailableError: .* cannot be written: free space on the disk/);
    expect(await child.ask('count')).toEqual({ count: filled?.stored });
    expect(await child.ask('health')).toMatchObject({
      readable: true,
      writable: false,
      detail: expect.stringContaining('cannot be written'),
    });
    await child.end();

    const store = await openEmbeddedEventStore({ path, readOnly: false });
    expect(await all(store.readAll())).toHaveLength(filled?.stored ?? 0);
    expect(await store.append(streamName(), events(1), 'noStream')).toMatchObject({ revision: 0n });
    await store.close();
  });

  (existsSync(PRLIMIT) ? it : it.skip)('accepts appends again when there is room, without a restart', async () => {
    const child = new EventStoreProcess(tempFolder(), { before: `ulimit -S -f ${FULL_AT_KIB}` });
    await child.answer();
    const filled = await child.ask('fill');
    expect(filled?.error).toContain('cannot be written');
    execFileSync(PRLIMIT, ['--pid', String(child.pid), '--fsize=unlimited']);
    expect(await child.ask('append')).toEqual({ stream: expect.any(String) });
    expect(await child.ask('count')).toEqual({ count: (filled?.stored ?? 0) + 3 });
    expect(await child.ask('health')).toMatchObject({ readable: true, writable: true });
    await child.end();
  });
});

describe('a disk whose sync fails', () => {
  it('gets no more writes until a restart reads what is on it', async () => {
    const path = tempFolder();
    const trigger = join(tempFolder(), 'fail');
    const preload = resolve('test/support/failing-fdatasync.mjs');
    const child = new EventStoreProcess(path, {
      before: `export FAIL_FDATASYNC_WHEN=${trigger} NODE_OPTIONS="--import ${preload}"`,
    });
    await child.answer();
    expect(await child.ask('append')).toEqual({ stream: expect.any(String) });
    writeFileSync(trigger, '');
    const refused = /^EventStoreUnavailableError: .* could not be brought to disk, and is not written any more \(EIO/;
    expect((await child.ask('append'))?.error).toMatch(refused);
    rmSync(trigger);
    expect((await child.ask('append'))?.error).toMatch(refused);
    expect(await child.ask('count')).toEqual({ count: 3 });
    const detail = expect.stringContaining('check the disk, then restart');
    expect(await child.ask('health')).toMatchObject({ readable: true, writable: false, detail });
    child.kill();

    const store = await openEmbeddedEventStore({ path, readOnly: false });
    expect([3, 6]).toContain((await all(store.readAll())).length);
    expect(await store.append(streamName(), events(1), 'noStream')).toMatchObject({ revision: 0n });
    await store.close();
  });
});

describe('a data folder that cannot be written', () => {
  it('is readable; the refusal of an append says what to do', async () => {
    const path = tempFolder();
    const store = await openEmbeddedEventStore({ path, readOnly: false });
    await store.append(streamName(), events(5), 'noStream');
    await store.close();
    const inside = readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
    for (const one of [...inside, path]) chmodSync(one, statSync(one).isDirectory() ? 0o555 : 0o444);
    const child = new EventStoreProcess(path, { args: ['--as-nobody'] });
    expect(await child.answer()).toEqual({ opened: true, readOnly: true });
    expect(await child.ask('count')).toEqual({ count: 5 });
    expect((await child.ask('append'))?.error).toBe(
      `EventStoreUnavailableError: the event store ${join(path, EVENT_STORE_FOLDER)} is read-only: make its folder writable for this user and restart`,
    );
    expect(await child.ask('health')).toMatchObject({ readable: true, writable: false });
    await child.end();
    chmodSync(path, 0o755);
  });

  it('without a store is refused', async () => {
    const path = tempFolder();
    await expect(openEmbeddedEventStore({ path, readOnly: true })).rejects.toThrow(
      /there is no event store at .* read-only: make it writable or choose another/,
    );
  });
});

describe('a damaged file', () => {
  it('that was never an event store is refused', async () => {
    const path = tempFolder();
    mkdirSync(join(path, EVENT_STORE_FOLDER));
    writeFileSync(join(path, EVENT_STORE_FOLDER, FIRST_SEGMENT), 'not an event store. '.repeat(5_000));
    await expect(openEmbeddedEventStore({ path, readOnly: false })).rejects.toThrow(
      /cannot be opened .* restore the data folder from a backup/,
    );
  });

  it('of a version before the first release is refused', async () => {
    const path = tempFolder();
    writeFileSync(join(path, 'events.mdb'), '');
    await expect(openEmbeddedEventStore({ path, readOnly: false })).rejects.toThrow(
      /events\.mdb is the event store of a version before the first release/,
    );
  });

  it('that was truncated is read-only, answers the remaining events, and reports the lost ones', async () => {
    const path = tempFolder();
    const store = await openEmbeddedEventStore({ path, readOnly: false });
    for (let part = 0; part < 10; part += 1) await store.append(streamName(), events(1_000), 'noStream');
    await store.close();
    truncateSync(join(path, EVENT_STORE_FOLDER, FIRST_SEGMENT), 1_048_576);
    for (const readOnly of [false, true]) {
      const cut = await openEmbeddedEventStore({ path, readOnly });
      const lost =
        /is damaged: segment \d+\.log, .* the log has lost its end: .* Restore a back-up, or copy what is whole/;
      if (!readOnly) await expect(cut.append(streamName(), events(1), 'noStream')).rejects.toThrow(lost);
      expect(await cut.health()).toMatchObject({
        readable: false,
        writable: false,
        detail: expect.stringMatching(lost),
      });
      const whole: RecordedEvent[] = [];
      const read = async () => {
        for await (const event of cut.readAll()) whole.push(event);
      };
      await expect(read()).rejects.toThrow(/is damaged: segment/);
      expect(whole.length).toBeGreaterThan(1_000);
      expect(await all(cut.readStream(whole[0]?.stream ?? ''))).toHaveLength(1_000);
      await cut.close();
    }
  });
});
