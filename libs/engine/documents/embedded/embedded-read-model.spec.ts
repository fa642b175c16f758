import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readModelContract } from '../../../../test/contract/read-model/read-model.contract.js';
import { DocumentsLostError, ReadModelUnavailableError } from '../port/read-model.errors.js';
import { type Collection, NOTHING_PROJECTED, type ReadModel } from '../port/read-model.js';
import { openEmbeddedReadModel } from './embedded-read-model.js';
import { DATA_FILE } from './open-lmdb.js';
import { MAX_CACHED_DOCUMENTS } from './table-reader.js';

const things: Collection<{ readonly text: string }> = { name: 'things' };
const put = (readModel: ReadModel, id: string, position: bigint, text: string) =>
  readModel.apply({
    collection: things,
    writes: [{ id, position, document: { text } }],
    after: NOTHING_PROJECTED,
    checkpoint: position,
  });

/** Changes a bit in the first place where the file has the text. */
const flipBit = (path: string, text: string) => {
  const bytes = readFileSync(path);
  const at = bytes.indexOf(text);
  if (at < 0) throw new Error(`${path} does not have ${text}`);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.of(bytes.readUInt8(at) ^ 1), 0, 1, at);
  closeSync(file);
};

const replaceByFolder = (path: string) => {
  rmSync(path);
  mkdirSync(path);
};

/** Of many pages. */
const MANY = 5_000;

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'appledger-read-model.'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

readModelContract('embedded', async () => {
  const folder = newFolder();
  let readModel = openEmbeddedReadModel(folder);
  return {
    readModel,
    reopen: async () => {
      await readModel.close();
      readModel = openEmbeddedReadModel(folder);
      return readModel;
    },
    dispose: () => readModel.close(),
  };
});

describe('embedded read model', () => {
  it('creates its folder, also if its name has a dot', async () => {
    const folder = join(newFolder(), 'not', 'there.v2');
    const readModel = openEmbeddedReadModel(folder);
    await put(readModel, '1', 1n, 'a');
    await readModel.close();
    expect(statSync(join(folder, DATA_FILE)).size).toBeGreaterThan(0);
  });

  it('refuses to write an id that is too long or not well-formed Unicode', async () => {
    const readModel = openEmbeddedReadModel(newFolder());
    await expect(put(readModel, 'x'.repeat(1972), 1n, 'a')).rejects.toThrow(/at most 1977 bytes/);
    await expect(put(readModel, '\ud800', 1n, 'a')).rejects.toThrow(/well-formed/);
    const longest = 'x'.repeat(1971);
    await put(readModel, longest, 1n, 'a');
    expect(await readModel.get(things, longest)).toEqual({ text: 'a' });
    await readModel.close();
  });

  it.each([
    ['is no LMDB file', (path: string) => writeFileSync(path, 'x'.repeat(20_000))],
    ['has a few bytes', (path: string) => writeFileSync(path, 'x')],
    ['is truncated', (path: string) => truncateSync(path, 1_048_576)], // a part of what is in use, not of what is kept ready
    ['has a changed bit in a document', (path: string) => flipBit(path, 'text-50-')],
    ['is a folder', (path: string) => replaceByFolder(path)],
  ])('sets aside a file that %s, and begins an empty one', async (_, damage) => {
    const folder = join(newFolder(), 'read-model');
    const filled = openEmbeddedReadModel(folder);
    for (let index = 0; index < 100; index += 1) {
      await put(filled, `${index}`, BigInt(index), `text-${index}-${'x'.repeat(20_000)}`);
    }
    await filled.putRecord('lasting', { of: 'a consumer' }, undefined);
    await filled.putRecord('other', {}, undefined);
    await filled.close();
    damage(join(folder, DATA_FILE));
    const warnings: unknown[] = [];
    const log = { warn: (fields: unknown) => warnings.push(fields), error: () => undefined };
    const readModel = openEmbeddedReadModel(folder, { log, isLastingRecord: (name) => name === 'lasting' });
    expect(warnings).toEqual([expect.objectContaining({ fault: expect.any(String), setAside: expect.any(String) })]);
    expect(await readModel.checkpoint(things)).toBe(NOTHING_PROJECTED);
    expect(await readModel.get(things, '1')).toBeUndefined();
    expect(await readModel.record('other')).toBeUndefined();
    await put(readModel, '1', 1n, 'new');
    await readModel.close();
    expect(readdirSync(dirname(folder)).filter((name) => name.startsWith('read-model.damaged-'))).toHaveLength(1);
    const again = openEmbeddedReadModel(folder);
    expect(await again.get(things, '1')).toEqual({ text: 'new' });
    await again.close();
  });

  it('carries lasting records over when the table of records is whole', async () => {
    const folder = join(newFolder(), 'read-model');
    const filled = openEmbeddedReadModel(folder);
    await put(filled, '1', 1n, `text-1-${'x'.repeat(20_000)}`);
    await filled.putRecord('lasting', { of: 'a consumer' }, undefined);
    await filled.close();
    for (const round of [1, 2]) {
      flipBit(join(folder, DATA_FILE), 'text-1-');
      const readModel = openEmbeddedReadModel(folder, { isLastingRecord: (name) => name === 'lasting' });
      expect(await readModel.record('lasting')).toEqual({ value: { of: 'a consumer' }, version: round });
      expect(await readModel.putRecord('lasting', { of: 'a consumer' }, round)).toBe(round + 1);
      await put(readModel, '1', 1n, `text-1-${'x'.repeat(20_000)}`);
      await readModel.close();
    }
    expect(readdirSync(dirname(folder)).filter((name) => name.startsWith('read-model.damaged-'))).toHaveLength(1);
  });

  it.each([
    ['whole', false],
    ['damaged', true],
  ])('checks a large file that is %s in the background, and cannot be read until then', async (_, isDamaged) => {
    const folder = join(newFolder(), 'read-model');
    const filled = openEmbeddedReadModel(folder);
    await put(filled, '1', 1n, `text-1-${'x'.repeat(20_000)}`);
    await filled.close();
    if (isDamaged) flipBit(join(folder, DATA_FILE), 'text-1-');
    const readModel = openEmbeddedReadModel(folder, { backgroundFromBytes: 1 });
    await expect(readModel.get(things, '1')).rejects.toThrow(/is being checked/);
    await expect(put(readModel, '2', 2n, 'a')).rejects.toThrow(ReadModelUnavailableError);
    expect(await readModel.health()).toMatchObject({ readable: false, detail: expect.stringContaining('checked') });
    while (!(await readModel.health()).readable) await nextTurn();
    expect(await readModel.checkpoint(things)).toBe(isDamaged ? NOTHING_PROJECTED : 1n);
    await readModel.close();
  });

  it('can be closed while its file is checked', async () => {
    const folder = join(newFolder(), 'read-model');
    const filled = openEmbeddedReadModel(folder);
    await put(filled, '1', 1n, 'a');
    await filled.close();
    const readModel = openEmbeddedReadModel(folder, { backgroundFromBytes: 1 });
    await readModel.close();
    await expect(readModel.get(things, '1')).rejects.toThrow(ReadModelUnavailableError);
    const again = openEmbeddedReadModel(folder);
    expect(await again.get(things, '1')).toEqual({ text: 'a' });
    await again.close();
  });

  it('replaces the files when a document is found damaged while they are in use', async () => {
    const folder = join(newFolder(), 'read-model');
    const lines: string[] = [];
    const log = { warn: (_: unknown, text?: string) => lines.push(text ?? ''), error: () => undefined };
    const readModel = openEmbeddedReadModel(folder, { log });
    const text = `text-1-${'x'.repeat(20_000)}`;
    await put(readModel, '1', 1n, text);
    await put(readModel, '2', 2n, 'whole');
    flipBit(join(folder, DATA_FILE), 'text-1-');
    await expect(readModel.get(things, '1')).rejects.toThrow(/damaged/);
    await expect(readModel.get(things, '2')).rejects.toThrow(ReadModelUnavailableError);
    expect(await readModel.health()).toMatchObject({ readable: false, detail: expect.stringContaining('damaged') });
    while (!(await readModel.health()).readable) await nextTurn();
    expect(lines).toEqual([expect.stringContaining('set aside')]);
    // The collection is gone, which is not the same as empty.
    await expect(readModel.get(things, '2')).rejects.toThrow(/built again/);
    await expect(readModel.find(things, { filter: {}, sort: [] })).rejects.toThrow(ReadModelUnavailableError);
    await expect(put(readModel, '2', 3n, 'late')).rejects.toThrow(DocumentsLostError);
    expect(await readModel.checkpoint(things)).toBe(NOTHING_PROJECTED);
    const next = { ...things, name: 'things_2' };
    const writes = [{ id: '2', position: 2n, document: { text: 'again' } }];
    await readModel.apply({ collection: next, writes, after: NOTHING_PROJECTED, checkpoint: 2n });
    expect(await readModel.get(next, '2')).toEqual({ text: 'again' });
    await readModel.close();
  });

  it('opens an empty file as a new read model', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, DATA_FILE), '');
    const readModel = openEmbeddedReadModel(folder);
    await put(readModel, '1', 1n, 'a');
    expect(await readModel.get(things, '1')).toEqual({ text: 'a' });
    await readModel.close();
  });

  it('reports that its folder is a file', () => {
    const path = join(newFolder(), 'file');
    writeFileSync(path, '');
    expect(() => openEmbeddedReadModel(path)).toThrow(ReadModelUnavailableError);
  });
});

describe('embedded read model, querying many documents', () => {
  const indexed = { ...things, indexes: [['text']] };
  const find = { filter: { text: { $regex: 'x' } }, sort: [['text', -1]] } as const;
  const id = (index: number) => `${index}`.padStart(5, '0');
  let readModel: ReadModel;
  const fill = (from: number, to: number) => {
    const writes = Array.from({ length: to - from }, (_, index) => {
      return { id: id(from + index), position: 1n, document: { text: `x${id(from + index)}` } };
    });
    return readModel.apply({ collection: indexed, writes, after: NOTHING_PROJECTED, checkpoint: 1n });
  };
  beforeEach(async () => {
    readModel = openEmbeddedReadModel(newFolder());
    await fill(0, MANY);
  });
  afterEach(() => readModel.close());

  it.each([
    ['along an index', find],
    ['without one', { ...find, sort: [['other', 1]] } as const],
  ])('%s, does not block the event loop', async (_, wanted) => {
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    let isFound = false;
    let turns = 0;
    const found = readModel.find(indexed, wanted).then((answer) => {
      isFound = true;
      return answer;
    });
    for (; !isFound; turns += 1) await turn();
    expect((await found).total).toBe(MANY);
    expect(turns).toBeGreaterThan(10);
  });

  it('finds every remaining document once while others are removed', async () => {
    const found = readModel.find(indexed, find);
    const passed = Array.from({ length: 150 }, (_, index) => id(MANY - 1 - index));
    const writes = passed.map((gone) => ({ id: gone, position: 2n, document: undefined }));
    await readModel.apply({ collection: indexed, writes, after: 1n, checkpoint: 2n });
    const texts = new Set((await found).documents.map(({ text }) => text));
    expect((await found).documents.length).toBe(texts.size);
    for (let index = 0; index < MANY - passed.length; index += 1) expect(texts).toContain(`x${id(index)}`);
  });

  it('displaces no document from the cache', async () => {
    await fill(MANY, MAX_CACHED_DOCUMENTS + 1);
    const wanted = await readModel.get(indexed, id(0));
    await readModel.find(indexed, find);
    expect(await readModel.get(indexed, id(0))).toBe(wanted);
  });

  it('fails when the read model is closed meanwhile', async () => {
    const found = readModel.find(indexed, find);
    await Promise.all([expect(found).rejects.toThrow(ReadModelUnavailableError), readModel.close()]);
  });
});

describe('embedded read model in a folder that cannot be written', () => {
  // Permissions do not bind root, so the folder is opened as if it could not be written.
  const openReadOnly = (folder: string) => openEmbeddedReadModel(folder, { readOnly: true });

  it('serves reads and refuses writes, and says what to do', async () => {
    const folder = newFolder();
    const writable = openEmbeddedReadModel(folder);
    await put(writable, '1', 1n, 'a');
    await writable.close();

    const readModel = openReadOnly(folder);
    expect(await readModel.get(things, '1')).toEqual({ text: 'a' });
    expect(await readModel.checkpoint(things)).toBe(1n);
    await expect(put(readModel, '2', 2n, 'b')).rejects.toThrow(ReadModelUnavailableError);
    await expect(put(readModel, '2', 2n, 'b')).rejects.toThrow(/write permission/);
    expect(await readModel.health()).toEqual({
      readable: true,
      writable: false,
      detail: expect.stringContaining('write permission'),
    });
    await readModel.close();
  });

  it('says what to do when the files are damaged, and leaves them alone', async () => {
    const folder = newFolder();
    const writable = openEmbeddedReadModel(folder);
    await put(writable, '1', 1n, `text-1-${'x'.repeat(20_000)}`);
    await writable.close();
    flipBit(join(folder, DATA_FILE), 'text-1-');
    const before = readFileSync(join(folder, DATA_FILE));
    expect(() => openReadOnly(folder)).toThrow(/damaged.*write permission.*builds the documents again/);
    expect(readFileSync(join(folder, DATA_FILE)).equals(before)).toBe(true);
  });

  it('cannot be opened when it is empty', () => {
    const folder = newFolder();
    expect(() => openReadOnly(folder)).toThrow(/write permission/);
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'empty', DATA_FILE), '');
    expect(() => openReadOnly(join(folder, 'empty'))).toThrow(/write permission/);
  });
});
