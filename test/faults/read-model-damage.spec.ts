import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type FileDamage,
  makeSmallReadModel,
  type Outcome,
  PAGE_BYTES,
  type SmallReadModel,
} from '../support/damaged-read-model.js';
import { memoryFolder } from '../support/temp-folder.js';

const CHILD = resolve(import.meta.dirname, '../../dist/test/support/damaged-read-model-child.js');

/** Bytes of LMDB's description of a state, behind the header of each of its places. */
const META_BYTES = 170;

/** Bits that LMDB itself does not check, each with its own effect: the kind of the page, and the flags of the tables' tree. */
const UNCHECKED_BITS = [
  { kind: 'flip', at: 18, bit: 3 },
  { kind: 'flip', at: 100, bit: 1 },
  { kind: 'flip', at: 100, bit: 2 },
] as const;

/** Ends a test that hangs: a child opens hundreds of files. */
const CHILD_MS = 300_000;

const seed = Number(process.env.APPLEDGER_TEST_SEED ?? Date.now() % 1e9);
let small: SmallReadModel;
let pages: number;
beforeAll(async () => {
  small = await makeSmallReadModel(join(memoryFolder(), 'read-model'));
  pages = small.bytes.length / PAGE_BYTES;
});

/** Opens a damaged copy for each damage in another process, which a signal may end. Counts the outcomes. */
function outcomes(damages: readonly FileDamage[]): Readonly<Record<Outcome, number>> {
  const folder = memoryFolder();
  const files = { file: small.bytes, answers: small.answers, damages: JSON.stringify(damages) };
  const paths = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [CHILD, join(folder, 'opened'), ...paths]);
  const lines = stdout.toString().trim().split('\n');
  if (signal !== null || status !== 0) {
    const next = JSON.stringify(damages[lines.length]);
    throw new Error(`the process ended by ${signal ?? status} at or before ${next}, seed ${seed}: ${stderr}`);
  }
  const found = lines.map((line) => JSON.parse(line) as { readonly damage: FileDamage; readonly outcome: Outcome });
  expect(found).toHaveLength(damages.length);
  const wrong = found.filter(({ outcome }) => outcome === 'wrong answers');
  if (wrong.length > 0) throw new Error(`wrong answers, seed ${seed}: ${JSON.stringify(wrong.slice(0, 5))}`);
  const count = (wanted: Outcome) => found.filter(({ outcome }) => outcome === wanted).length;
  return { 'right answers': count('right answers'), empty: count('empty'), 'wrong answers': 0 };
}

/** Numbers from 0 to below `below`, the same for the same seed. */
function drawing(): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a file of the read model', () => {
  it(
    'with one wrong bit in a description of its state is replaced by an empty one, or the answers are right',
    () => {
      const draw = drawing();
      const places = [0, PAGE_BYTES / 2, PAGE_BYTES];
      const damages = places.flatMap((place) =>
        upTo(META_BYTES).map((at) => ({ kind: 'flip', at: place + at, bit: draw(8) }) as const),
      );
      expect(outcomes([...UNCHECKED_BITS, ...damages]).empty).toBeGreaterThan(100);
    },
    CHILD_MS,
  );

  it(
    'with one wrong bit anywhere is replaced by an empty one, or the answers are right',
    () => {
      const draw = drawing();
      const damages = upTo(600).map(() => ({ kind: 'flip', at: draw(small.bytes.length), bit: draw(8) }) as const);
      expect(outcomes(damages).empty).toBeGreaterThan(50);
    },
    CHILD_MS,
  );

  it(
    'with a page of zeros, or another page in the place of a page is replaced by an empty one, or the answers are right',
    () => {
      const draw = drawing();
      const damages = upTo(pages).flatMap((page): FileDamage[] => [
        { kind: 'zeros', page },
        { kind: 'another', page, from: draw(pages) },
      ]);
      // Not all of them are in use.
      expect(outcomes(damages).empty).toBeGreaterThan(pages / 2);
    },
    CHILD_MS,
  );

  it(
    'that is cut off at any place is replaced by an empty one, or the answers are right',
    () => {
      const draw = drawing();
      const whole = upTo(pages).map((page) => page * PAGE_BYTES);
      const sizes = [1, 23, 24, 167, 168, 2_047, 4_095, ...whole, ...upTo(40).map(() => draw(small.bytes.length))];
      const counts = outcomes(sizes.map((bytes) => ({ kind: 'cut', bytes })));
      expect(counts.empty).toBeGreaterThan(pages / 2);
    },
    CHILD_MS,
  );
});
