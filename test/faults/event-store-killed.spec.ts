import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { DataFolderError, openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { all } from '../contract/event-store/event-store-fixtures.js';
import { EventStoreProcess } from '../support/event-store-process.js';
import { tempFolder } from '../support/temp-folder.js';

const KILLS = 5;
const ANSWERED_BEFORE_THE_KILL = 400;

it('an event store killed during appends has every answered append, and no partial one', async () => {
  const path = tempFolder();
  const answered: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = new EventStoreProcess(path);
    expect(await child.answer()).toEqual({ opened: true, readOnly: false });
    child.send('append-forever');
    for (let count = 0; ; count += 1) {
      const answer = await child.answer();
      if (answer === undefined) break;
      if (answer.stream === undefined) throw new Error(`unexpected answer ${JSON.stringify(answer)}`);
      answered.push(answer.stream);
      if (count === ANSWERED_BEFORE_THE_KILL) child.kill();
    }
  }
  expect(answered.length).toBeGreaterThan(KILLS * ANSWERED_BEFORE_THE_KILL);

  const folder = openDataFolder(path);
  const store = await openEmbeddedEventStore(folder);
  const lengths = new Map<string, number>();
  for (const { stream } of await all(store.readAll())) lengths.set(stream, (lengths.get(stream) ?? 0) + 1);
  expect(answered.filter((stream) => lengths.get(stream) !== 3)).toEqual([]);
  expect([...lengths.values()].filter((length) => length !== 3)).toEqual([]);
  for (const stream of answered.slice(-20)) expect(await all(store.readStream(stream))).toHaveLength(3);
  await store.close();
  folder.close();
});

it('a second process cannot use the data folder until the first has ended, even if it was killed', async () => {
  const path = tempFolder();
  const first = new EventStoreProcess(path);
  await first.answer();
  expect(() => openDataFolder(path)).toThrow(DataFolderError);
  expect(() => openDataFolder(path)).toThrow(
    `APPLEDGER_DATA_DIR ${path}: another process (pid ${first.pid}) is using it: stop it or choose another folder`,
  );
  const second = new EventStoreProcess(path);
  expect((await second.answer())?.error).toContain(`another process (pid ${first.pid})`);
  expect(await first.ask('append')).toMatchObject({ stream: expect.any(String) });

  first.kill();
  expect(await first.answer()).toBeUndefined();
  const third = new EventStoreProcess(path);
  expect(await third.answer()).toEqual({ opened: true, readOnly: false });
  expect(await third.ask('count')).toEqual({ count: 3 });
  await third.end();
});
