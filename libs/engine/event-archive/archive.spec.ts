import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { all } from '../../../test/contract/event-store/event-store-fixtures.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { readManifest } from './archive-manifest.js';
import { archivedEvents } from './archive-reader.js';
import { ArchiveWriter } from './archive-writer.js';
import type { Compression } from './compression.js';

const EVENTS = 50;

function events(from: number, to: number): readonly RecordedBytes[] {
  return Array.from({ length: to - from }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(from + index).padStart(12, '0')}`,
    stream: 'order-1',
    revision: BigInt(from + index),
    position: BigInt((from + index) * 10),
    type: 'Placed',
    isJson: true,
    data: Buffer.from(`{"number":${from + index}}`),
    metadata: Buffer.from('{}'),
    recordedAt: 1_769_860_800_000 + index,
  }));
}

const open = (folder: string, compression: Compression = 'none', log = 'a') =>
  ArchiveWriter.open(folder, { program: '1.0.0', choices: { streams: 'own', compression, log }, chunkBytes: 2_000 });

async function archive(compression: Compression = 'none'): Promise<string> {
  const folder = tempFolder();
  const writer = await open(folder, compression);
  await writer.write(events(0, EVENTS));
  await writer.finish('checkpoint');
  return folder;
}

async function read(folder: string): Promise<readonly RecordedBytes[]> {
  return (await all(archivedEvents(folder, await readManifest(folder)))).flat();
}

const comparable = (list: readonly RecordedBytes[]) =>
  list.map(({ data, metadata, ...rest }) => ({ ...rest, data: `${data}`, metadata: `${metadata}` }));

describe.each(['none', 'gzip'] as const)('an archive with compression %s', (compression) => {
  it('gives back the events, in chunks that its manifest lists', async () => {
    const folder = await archive(compression);
    const manifest = await readManifest(folder);
    expect(manifest).toMatchObject({
      events: EVENTS,
      firstPosition: '0',
      lastPosition: `${(EVENTS - 1) * 10}`,
      ledgerCheckpoint: 'checkpoint',
      log: 'a',
    });
    expect(readdirSync(folder).sort()).toEqual([...manifest.chunks.map(({ file }) => file), 'manifest.json'].sort());
    expect(manifest.chunks.length).toBeGreaterThan(3);
    expect(comparable(await read(folder))).toEqual(comparable(events(0, EVENTS)));
  });

  it('gives back events whose lines are longer than what is read at once', async () => {
    const [first, second, third] = events(0, 3) as [RecordedBytes, RecordedBytes, RecordedBytes];
    const long = { ...second, data: Buffer.from(`"${'long text '.repeat(100_000)}"`) };
    const folder = tempFolder();
    const writer = await open(folder, compression);
    await writer.write([first, long, third]);
    await writer.finish();
    expect(comparable(await read(folder))).toEqual(comparable([first, long, third]));
  });

  it('is refused when a file has more text than it had, before one of its events is handed on', async () => {
    const folder = await archive(compression);
    const path = join(folder, (await readManifest(folder)).chunks[0]?.file ?? '');
    const more = Buffer.from('{}\n'.repeat(400_000));
    appendFileSync(path, compression === 'gzip' ? gzipSync(more) : more);
    const reading = archivedEvents(folder, await readManifest(folder));
    await expect(reading.next()).rejects.toThrow(/line \d+: .+ is damaged/);
  });

  it('is continued after the last chunk on disk when its writer was killed', async () => {
    const folder = tempFolder();
    const killed = await open(folder, compression);
    await killed.write(events(0, 30));
    await killed.abandon(); // the process is gone: the chunk that was being filled stays, and is not listed
    writeFileSync(join(folder, 'events-000000000029.ndjson'), 'a part');
    const writer = await open(folder, compression);
    const before = writer.events;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(30);
    expect(writer.lastChunk?.lastPosition).toBe(`${(before - 1) * 10}`);
    await writer.write(events(before, EVENTS));
    await writer.finish();
    expect(comparable(await read(folder)).map(({ id }) => id)).toEqual(events(0, EVENTS).map(({ id }) => id));
    expect(readdirSync(folder)).not.toContain('manifest.partial.json');
  });
});

describe('an archive', () => {
  it('of no events is complete', async () => {
    const folder = tempFolder();
    await (await open(folder)).finish();
    expect(await read(folder)).toEqual([]);
  });

  it('is not continued with another choice or from another log, nor when it is complete', async () => {
    const folder = tempFolder();
    await (await open(folder)).abandon();
    await expect(open(folder, 'gzip')).rejects.toThrow('another choice of compression (none, now gzip)');
    await expect(open(folder, 'none', 'b')).rejects.toThrow('another choice of log (a, now b)');
    await expect(open(await archive())).rejects.toThrow('holds a complete export already');
  });

  it('is refused when a line was changed, and the file and the line are named', async () => {
    const folder = await archive();
    const [, second] = (await readManifest(folder)).chunks;
    const path = join(folder, second?.file ?? '');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(
      path,
      lines.map((line, index) => (index === 3 ? line.replace('"revision":"', '"revision":"x') : line)).join('\n'),
    );
    await expect(read(folder)).rejects.toThrow(`${path}, line 4: the event.revision must be`);
    writeFileSync(
      path,
      lines.map((line, index) => (index === 3 ? line.replace('"Placed"', '"Traced"') : line)).join('\n'),
    );
    await expect(read(folder)).rejects.toThrow(`${path} is damaged`);
  });

  it.each(['none', 'gzip'] as const)('is refused when a file was cut off or is gone (%s)', async (compression) => {
    const folder = await archive(compression);
    const last = join(folder, (await readManifest(folder)).chunks.at(-1)?.file ?? '');
    truncateSync(last, 60);
    await expect(read(folder)).rejects.toThrow(last);
    rmSync(last);
    await expect(read(folder)).rejects.toThrow(`${last} cannot be read`);
  });

  it('is refused when its manifest was changed or is of a newer version', async () => {
    const folder = await archive();
    const path = join(folder, 'manifest.json');
    const text = readFileSync(path, 'utf8');
    const changed = async (from: string, to: string) => {
      writeFileSync(path, text.replace(from, to));
      return readManifest(folder);
    };
    await expect(changed('"version": 1', '"version": 2')).rejects.toThrow('format version 2, this program reads 1');
    await expect(changed(`"events": ${EVENTS}`, '"events": 7')).rejects.toThrow('events is 7, and the chunks have 50');
    await expect(changed('"file": "', '"file": "../')).rejects.toThrow('file must be the name of a file in the folder');
    await expect(changed('"lastId": "0', '"lastId": "')).resolves.toBeDefined();
    await expect(changed('"sha256": "', '"sha256": "0')).rejects.toThrow('sha256 is not that of the chunks');
    await expect(changed('{', '[')).rejects.toThrow('is no export');
  });
});
