import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileReserve } from './file-reserve.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reserve-'));
  path = join(folder, 'file');
  await writeFile(path, 'what was there');
});
afterEach(() => rm(folder, { recursive: true }));

it('makes a file longer, and leaves what was there', async () => {
  const reserve = new FileReserve(path);
  await reserve.ensure(5_000_000);
  await reserve.settled();
  const bytes = await readFile(path);
  expect(bytes.length).toBeGreaterThanOrEqual(5_000_000);
  expect(bytes.subarray(0, 14).toString()).toBe('what was there');
  expect(bytes.subarray(14).every((byte) => byte === 0)).toBe(true);
});

it('leaves a file alone that is long enough', async () => {
  await writeFile(path, Buffer.alloc(6_000_000, 1));
  await new FileReserve(path).ensure(5_000_000);
  expect((await readFile(path)).equals(Buffer.alloc(6_000_000, 1))).toBe(true);
});

it('grows again before more is wanted, by steps', async () => {
  const reserve = new FileReserve(path);
  let size = 0;
  for (const bytes of [1, 2_000_000, 4_000_000]) {
    await reserve.ensure(bytes);
    await reserve.settled();
    size = (await stat(path)).size;
    expect(size).toBeGreaterThan(bytes);
    await reserve.ensure(bytes);
    await reserve.settled();
    expect((await stat(path)).size).toBe(size);
  }
});

it('makes room for many at once', async () => {
  const reserve = new FileReserve(path);
  await Promise.all([3_000_000, 1_000_000, 2_000_000].map((bytes) => reserve.ensure(bytes)));
  expect((await stat(path)).size).toBeGreaterThanOrEqual(3_000_000);
});

it('says so when the file cannot be written', async () => {
  await expect(new FileReserve(join(folder, 'missing')).ensure(1)).rejects.toThrow('ENOENT');
});
