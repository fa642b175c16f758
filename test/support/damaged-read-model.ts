import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { DATA_FILE } from '#libs/engine/documents/embedded/open-lmdb.js';
import { type Collection, NOTHING_PROJECTED, type ReadModel } from '#libs/engine/documents/port/read-model.js';

interface Doc {
  readonly name: string;
  readonly project: string;
  readonly filling: string;
}

const apps: Collection<Doc> = { name: 'apps_1', indexes: [['project', 'name'], ['name']] };
const DOCUMENTS = 120;
const ROUNDS = 4;
export const PAGE_BYTES = 4_096;

/** A damage of a file of a read model. */
export type FileDamage =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'zeros'; readonly page: number }
  | { readonly kind: 'cut'; readonly bytes: number }
  /** The disk wrote a page in the place of another. */
  | { readonly kind: 'another'; readonly page: number; readonly from: number };

/** The content of a small read model's file, and what the read model answers. */
export interface SmallReadModel {
  readonly bytes: Buffer;
  readonly answers: string;
}

/** Makes a read model with changed and removed documents, a large one, index entries, records and free pages. */
export async function makeSmallReadModel(folder: string): Promise<SmallReadModel> {
  const readModel = openEmbeddedReadModel(folder);
  let checkpoint = NOTHING_PROJECTED;
  for (let round = 0; round < ROUNDS; round += 1) {
    const after = checkpoint;
    checkpoint = BigInt((round + 1) * DOCUMENTS);
    await readModel.apply({ collection: apps, writes: writesOf(round), after, checkpoint });
    await readModel.putRecord('record', { round }, round === 0 ? undefined : round);
  }
  const answers = await answersOf(readModel);
  await readModel.close();
  return { bytes: withoutRoom(readFileSync(join(folder, DATA_FILE))), answers };
}

function writesOf(round: number) {
  return Array.from({ length: DOCUMENTS }, (_, index) => {
    const number = (index * 7 + round * 3) % DOCUMENTS;
    const filling = 'x'.repeat(number === 5 ? 9_000 : 60);
    const document = { name: `name ${(number * 31 + round) % 97}`, project: `project ${number % 7}`, filling };
    const isRemoved = number % 11 === round;
    return { id: `${number}`, position: BigInt(round * DOCUMENTS + index), document: isRemoved ? undefined : document };
  });
}

/** The file without the zeros that are kept ready for the next writes. */
function withoutRoom(bytes: Buffer): Buffer {
  let pages = Math.ceil(bytes.length / PAGE_BYTES);
  while (bytes.subarray((pages - 1) * PAGE_BYTES, pages * PAGE_BYTES).every((byte) => byte === 0)) pages -= 1;
  return bytes.subarray(0, pages * PAGE_BYTES);
}

/** Everything that a read model answers, as text. */
async function answersOf(readModel: ReadModel): Promise<string> {
  const answers: unknown[] = [await readModel.checkpoint(apps), await readModel.record('record')];
  for await (const scanned of readModel.scan(apps)) answers.push(scanned);
  for (const direction of [1, -1] as const) {
    answers.push(await readModel.find(apps, { filter: {}, sort: [['name', direction]] }));
    answers.push(
      await readModel.find(apps, { filter: { project: 'project 3' }, sort: [['name', direction]], limit: 5 }),
    );
  }
  for (let number = 0; number < DOCUMENTS; number += 1)
    answers.push((await readModel.get(apps, `${number}`)) ?? 'none');
  return JSON.stringify(answers, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

/** What became of a damaged file: the right answers, an empty read model, or wrong answers. */
export type Outcome = 'right answers' | 'empty' | 'wrong answers';

/** Damages a copy of the file in a folder, opens it, reads everything, and writes. */
export async function outcomeOf(folder: string, small: SmallReadModel, damage: FileDamage): Promise<Outcome> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, DATA_FILE), damaged(small, damage));
  const readModel = openEmbeddedReadModel(folder);
  const outcome = await outcomeOfOpened(readModel, small);
  await readModel.close();
  return outcome;
}

async function outcomeOfOpened(readModel: ReadModel, small: SmallReadModel): Promise<Outcome> {
  if ((await readModel.checkpoint(apps)) === NOTHING_PROJECTED) return 'empty';
  if ((await answersOf(readModel)) !== small.answers) return 'wrong answers';
  // Writes use the free pages.
  const other = { ...apps, name: 'other_1' };
  await readModel.apply({ collection: other, writes: writesOf(0), after: NOTHING_PROJECTED, checkpoint: 1n });
  return (await answersOf(readModel)) === small.answers ? 'right answers' : 'wrong answers';
}

function damaged({ bytes }: SmallReadModel, damage: FileDamage): Buffer {
  const copy = Buffer.from(bytes);
  switch (damage.kind) {
    case 'flip':
      copy.writeUInt8(copy.readUInt8(damage.at) ^ (1 << damage.bit), damage.at);
      return copy;
    case 'zeros':
      copy.fill(0, damage.page * PAGE_BYTES, (damage.page + 1) * PAGE_BYTES);
      return copy;
    case 'cut':
      return copy.subarray(0, damage.bytes);
    default: {
      bytes.copy(copy, damage.page * PAGE_BYTES, damage.from * PAGE_BYTES, (damage.from + 1) * PAGE_BYTES);
      return copy;
    }
  }
}
