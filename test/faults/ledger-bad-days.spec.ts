import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { type Comparison, compareLog } from '#libs/engine/ledger/tree/compare-log.js';
import { type SignedCheckpoint, signedCheckpointIn } from '#libs/engine/ledger/tree/ledger-folder.js';
import { readPlaces } from '#libs/engine/ledger/tree/places.js';
import { keepCosignatures } from '#libs/engine/ledger/witnessed-checkpoints.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { cosignatureLine } from '#libs/engine/transparency/notes/cosignature.js';
import { cosignerOf } from '#libs/engine/transparency/notes/note-key.js';
import { noteOf, openNote } from '#libs/engine/transparency/notes/signed-note.js';
import { EventStoreSource } from '#libs/registry/composition/ledger/event-store-source.js';
import { features } from '#libs/registry/features.js';
import { entriesOf } from '#libs/registry/ledger/served/read-entries.js';
import { ledger } from '../../apps/cli/ledger/ledger-command.js';
import { verifyLedger } from '../../apps/cli/ledger/verify-ledger.js';
import { bothEventStores } from '../support/both-event-stores.js';
import { eventsIn } from '../support/event-log.js';
import { changeOnDisk, copyOfFolder, isDomainEvent, keepLedger, withEvents } from '../support/kept-ledger.js';
import { scene } from '../support/removal-scene.js';
import { tempFolder } from '../support/temp-folder.js';

let dataDir: string;
let events: readonly RecordedEvent[];
let signed: SignedCheckpoint;

const domain = () => events.filter(isDomainEvent);
const verify = (folder: string) =>
  verifyLedger(readConfiguration({ APPLEDGER_DATA_DIR: folder }), undefined, () => undefined);
const differences = async (folder: string) => ((await verify(folder)).data as Comparison).differences;
const nameOf = ({ stream, revision, type }: RecordedEvent) => ({ stream, revision: `${revision}`, type });

/** Expects that the log of a folder is not signed, and that verify names these differences. */
async function expectContradiction(folder: string, expected: readonly object[]): Promise<void> {
  expect(await differences(folder)).toEqual(expected);
  const { status, checkpoint } = await keepLedger(folder);
  expect(status.state).toBe('contradicted');
  expect(checkpoint?.note).toBe(signed.note);
}

const evidenceOf = async (folder: string) => {
  const env = process.env.APPLEDGER_DATA_DIR;
  process.env.APPLEDGER_DATA_DIR = folder;
  const stream = events.find(({ type }) => type === 'ApplicationAdded')?.stream.replace('application-', '') ?? '';
  const out = join(tempFolder(), 'evidence.json');
  return ledger
    .run(['evidence', stream, '--out', out], () => undefined)
    .finally(() => {
      if (env === undefined) delete process.env.APPLEDGER_DATA_DIR;
      else process.env.APPLEDGER_DATA_DIR = env;
    });
};

beforeAll(async () => {
  dataDir = tempFolder();
  const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
  for (let made = 0; made < 4; made += 1) await scene(store, []);
  await store.close();
  const { status, checkpoint } = await keepLedger(dataDir);
  expect(status.state).toBe('current');
  if (checkpoint === undefined) throw new Error('nothing was signed');
  signed = checkpoint;
  events = await eventsIn(dataDir);
});

it('the log that was signed agrees, also when it has grown', async () => {
  expect((await verify(dataDir)).ok).toBe(true);
  const grown = copyOfFolder(dataDir);
  const store = await openEmbeddedEventStore({ path: grown, readOnly: false });
  await scene(store, []);
  await store.close();
  expect((await verify(grown)).ok).toBe(true);
  const { status, checkpoint } = await keepLedger(grown);
  expect([status.state, (checkpoint?.size ?? 0) > signed.size]).toEqual(['current', true]);
});

it('a record that was changed on disk, with a right checksum, is named', async () => {
  const folder = copyOfFolder(dataDir);
  const leaf = domain().findIndex(({ type }) => type === 'ApplicationAdded');
  const target = domain()[leaf] as RecordedEvent;
  const written = `${target.type}${JSON.stringify(target.data)}`;
  expect(changeOnDisk(folder, written, written.replace(/\w"\}$/, '_"}'))).toBe(1);
  await expectContradiction(folder, [{ ...nameOf(target), leaf, what: 'changed' }]);
});

it('a stream that was dropped whole is named, event by event', async () => {
  const { stream } = domain().find(({ type }) => type === 'ApplicationAdded') as RecordedEvent;
  const gone = domain().flatMap((event, leaf) =>
    event.stream === stream ? [{ ...nameOf(event), leaf, what: 'gone' }] : [],
  );
  const folder = await withEvents(
    dataDir,
    events.filter((event) => event.stream !== stream),
  );
  await expectContradiction(folder, gone);
});

it('a tail that was cut off is named', async () => {
  const gone = domain().flatMap((event, leaf) =>
    leaf < signed.size - 3 ? [] : [{ ...nameOf(event), leaf, what: 'gone' }],
  );
  await expectContradiction(await withEvents(dataDir, events.slice(0, -3)), gone);
});

it('a log without the events that were appended last is not current, even if all that was signed is there', async () => {
  const { status } = await keepLedger(copyOfFolder(dataDir), 1n);
  expect(status).toEqual({
    state: 'failing',
    reason: expect.stringMatching(/ends before .*: run appledger log verify$/),
  });
  const cut = await withEvents(dataDir, events.slice(0, -3));
  expect((await keepLedger(cut, 3n)).status.state).toBe('contradicted');
});

it('two events that were exchanged are named', async () => {
  const at = events.findIndex((event, index) => index > 2 && event.stream !== events[index + 1]?.stream);
  const [first, second] = [events[at], events[at + 1]] as [RecordedEvent, RecordedEvent];
  const folder = await withEvents(dataDir, [...events.slice(0, at), second, first, ...events.slice(at + 2)]);
  expect(await differences(folder)).toEqual([{ ...nameOf(second), leaf: at + 1, what: 'moved' }]);
  expect((await keepLedger(folder)).status.state).toBe('contradicted');
});

it('an older back-up that went on is named: events are gone, and others were added in their place', async () => {
  const folder = await withEvents(dataDir, events.slice(0, 6));
  const store = await openEmbeddedEventStore({ path: folder, readOnly: false });
  for (let made = 0; made < 5; made += 1) await scene(store, []);
  await store.close();
  const named = (await differences(folder)) ?? [];
  expect(named.filter(({ what }) => what === 'gone')).toHaveLength(signed.size - 6);
  expect((await keepLedger(folder)).status.state).toBe('contradicted');
});

it('an event that was put among the signed ones is named', async () => {
  const [first] = domain() as [RecordedEvent];
  const stranger = { ...nameOf(first), id: '6f0c8a3e-0000-4000-8000-000000000001', stream: 'application-1' };
  const added = { ...stranger, revision: 0n, position: 0n, recordedAt: 0, data: {}, metadata: {} };
  const folder = await withEvents(dataDir, [...events.slice(0, 4), added, ...events.slice(4)]);
  await expectContradiction(folder, [{ stream: 'application-1', revision: '0', type: first.type, what: 'added' }]);
});

it('a key that cannot be read is an error that says what to do', async () => {
  const folder = copyOfFolder(dataDir);
  rmSync(join(folder, 'ledger/key'));
  mkdirSync(join(folder, 'ledger/key'));
  await expect(verify(folder)).rejects.toThrow(/ledger\/key cannot be read \(.*EISDIR.+A new key/);
});

describe("the ledger's own files", () => {
  const files = () => readdirSync(join(dataDir, 'ledger/tree')).map((name) => join('ledger/tree', name));

  it('are built again when they are lost, with the same root', async () => {
    const folder = copyOfFolder(dataDir);
    rmSync(join(folder, 'ledger/tree'), { recursive: true });
    rmSync(join(folder, 'ledger/checkpoint'));
    const { status, checkpoint } = await keepLedger(folder);
    expect([status.state, checkpoint?.note]).toEqual(['current', signed.note]);
    expect((await verify(folder)).ok).toBe(true);
  });

  it.each([
    ['cut', (path: string) => truncateSync(path, 40)],
    ['overwritten', (path: string) => writeFileSync(path, Buffer.alloc(4_096, 1))],
    ['longer than what was signed, as after a crash', (path: string) => appendFileSync(path, Buffer.alloc(70, 1))],
  ])('are mended when one of them is %s', async (_, damage) => {
    for (const file of files()) {
      const folder = copyOfFolder(dataDir);
      damage(join(folder, file));
      const { ok, data, lines } = await verify(folder);
      // The log is what was signed, whatever the files hold.
      expect([file, ok, (data as Comparison).contradicted, lines.join()]).toEqual([
        file,
        true,
        [],
        expect.not.stringContaining('changed'),
      ]);
      const { checkpoint } = await keepLedger(folder);
      const again = await keepLedger(folder);
      expect([file, again.status.state, checkpoint?.note]).toEqual([file, 'current', signed.note]);
      expect([file, (await verify(folder)).ok]).toEqual([file, true]);
    }
  });

  it('that are damaged do not name wrong events of a log that was changed too', async () => {
    const folder = copyOfFolder(dataDir);
    const path = join(folder, 'ledger/tree/level-0');
    writeFileSync(path, readFileSync(path).fill(0, 32));
    changeOnDisk(folder, 'ApplicationAdded', 'ApplicationadDed');
    const { ok, lines } = await verify(folder);
    expect([ok, lines.join()]).toEqual([
      false,
      expect.stringMatching(/not whole, so it is not known which.+is NOT that of/),
    ]);
    rmSync(path);
    await expect(evidenceOf(folder)).rejects.toThrow('are not whole: start the server');
  });

  it('are made anew when the same events have other positions, as after a move to another store', async () => {
    const { stream } = events[0] as RecordedEvent;
    const place = { stream: 'foreign', revision: 0n, position: 0n, recordedAt: 0 };
    const foreign = { ...place, id: '6f0c8a3e-0000-4000-8000-000000000002', type: 'Foreign', data: {}, metadata: {} };
    const folder = await withEvents(dataDir, [foreign, ...events]);
    const before = readPlaces(join(dataDir, 'ledger/tree'), 0, 1);
    await keepLedger(folder);
    const { checkpoint } = await keepLedger(folder);
    expect(checkpoint?.note).toBe(signed.note);
    expect(readPlaces(join(folder, 'ledger/tree'), 0, 1)).toEqual([
      { ...before[0], stream, position: (before[0]?.position ?? 0n) + 1n },
    ]);
  });

  it('whose last checkpoint is lost: a witnessed one binds the log in its place', async () => {
    const whole = copyOfFolder(dataDir);
    const witness = cosignerOf('witness.example', Buffer.alloc(32, 5));
    const { text = '', signatures = [] } = openNote(signed.note) ?? {};
    const lines = [...signatures.map(({ line }) => line), cosignatureLine(text, 1_700_000_000, witness)];
    keepCosignatures(join(whole, 'ledger'), signed, noteOf(text, lines), [witness.verifier]);
    rmSync(join(whole, 'ledger/checkpoint'));
    const cut = await withEvents(whole, events.slice(0, -1));
    expect((await verify(cut)).ok).toBe(false);
    expect((await keepLedger(cut)).status.state).toBe('contradicted');
    const { status, checkpoint } = await keepLedger(whole);
    expect([status.state, checkpoint?.note]).toEqual(['current', noteOf(text, lines)]);
  });

  it('a lost key begins a new origin on the same tree, and the last checkpoint of the old one is kept', async () => {
    const folder = copyOfFolder(dataDir);
    rmSync(join(folder, 'ledger/key'));
    const store = await openEmbeddedEventStore({ path: folder, readOnly: false });
    await scene(store, []);
    await store.close();
    const { status, checkpoint } = await keepLedger(folder);
    expect([status.state, checkpoint?.origin === signed.origin]).toEqual(['current', false]);
    expect(signedCheckpointIn(join(folder, 'ledger'))?.size).toBeGreaterThan(signed.size);
    const cut = await withEvents(folder, events.slice(0, -1));
    rmSync(join(cut, 'ledger/key'));
    expect((await keepLedger(cut)).status.state).toBe('contradicted');
  });
});

it('an event whose type has blanks and line feeds is found at its place, and so are those around it', async () => {
  const folder = copyOfFolder(dataDir);
  const store = await openEmbeddedEventStore({ path: folder, readOnly: false });
  const stream = events.find(isDomainEvent)?.stream ?? '';
  const types = ['Ordinary', 'x\napplication-1 0 y', ' ', 'a 1 b', 'Last'];
  for (const type of types) await store.append(stream, [{ id: randomUUID(), type, data: {}, metadata: {} }], 'any');
  const { checkpoint } = await keepLedger(folder);
  const tree = join(folder, 'ledger/tree');
  const places = readPlaces(tree, signed.size, types.length);
  expect(places.map((place) => [place.stream, place.type])).toEqual(types.map((type) => [stream, type]));
  expect(await entriesOf(store, tree, 0, checkpoint?.size ?? 0)).toHaveLength(signed.size + types.length);
  await store.close();
});

it.each(Object.keys(bothEventStores))('the tree is the same after a copy of the events into %s', async (name) => {
  const store = await (bothEventStores[name] as () => ReturnType<typeof openEmbeddedEventStore>)();
  try {
    for (const { id, stream, type, data, metadata } of events)
      await store.append(stream, [{ id, type, data, metadata }], 'any');
    const source = new EventStoreSource(store, features.codec.streams.prefixes);
    const expected = { signed };
    const parts = { isDomainEvent, expected, tree: undefined, progress: () => undefined };
    const { root, contradicted } = await compareLog(source.again(), parts);
    expect([root, contradicted]).toEqual([signed.root, []]);
  } finally {
    await store.close();
  }
});
