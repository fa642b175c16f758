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
afterEach(async () => {
  await Promise.all(reserves.splice(0).map((reserve) => reserve.close()));
  await rm(folder, { recursive: true });
});

const reserves: FileReserve[] = [];

function reserveOf(file: string): FileReserve {
  const reserve = new FileReserve(file);
  reserves.push(reserve);
  return reserve;
}

it('extends a file and keeps its content', async () => {
  const reserve = reserveOf(path);
  await reserve.ensure(5_000_000);
  await reserve.close();
  const bytes = await readFile(path);
  expect(bytes.length).toBeGreaterThanOrEqual(5_000_000);
  expect(bytes.subarray(0, 14).toString()).toBe('what was there');
  expect(bytes.subarray(14).every((byte) => byte === 0)).toBe(true);
});

it('does not change a file that is long enough', async () => {
  await writeFile(path, Buffer.alloc(6_000_000, 1));
  await reserveOf(path).ensure(5_000_000);
  expect((await readFile(path)).equals(Buffer.alloc(6_000_000, 1))).toBe(true);
});

it('grows in steps, ahead of what is needed', async () => {
  const reserve = reserveOf(path);
  let size = 0;
  for (const bytes of [1, 2_000_000, 4_000_000]) {
    await reserve.ensure(bytes);
    await reserve.close(); // begins anew with what is there
    size = (await stat(path)).size;
    expect(size).toBeGreaterThan(bytes);
    await reserve.ensure(bytes);
    await reserve.close();
    expect((await stat(path)).size).toBe(size);
  }
});

it('serves several calls at once', async () => {
  const reserve = reserveOf(path);
  await Promise.all([3_000_000, 1_000_000, 2_000_000].map((bytes) => reserve.ensure(bytes)));
  expect((await stat(path)).size).toBeGreaterThanOrEqual(3_000_000);
});

it('rejects when the file cannot be written', async () => {
  await expect(reserveOf(join(folder, 'missing')).ensure(1)).rejects.toThrow('ENOENT');
});

it('retries from the current size after a failed write', async () => {
  const file = join(folder, 'later');
  const reserve = reserveOf(file);
  await expect(reserve.ensure(1)).rejects.toThrow('ENOENT');
  await writeFile(file, 'made meanwhile');
  await reserve.ensure(1_000_000);
  const bytes = await readFile(file);
  expect(bytes.length).toBeGreaterThanOrEqual(1_000_000);
  expect(bytes.subarray(0, 14).toString()).toBe('made meanwhile');
});
