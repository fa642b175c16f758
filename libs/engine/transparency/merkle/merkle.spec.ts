import fc from 'fast-check';
import { nodesOf, TreeBuilder } from '../tiles/tree-builder.js';
import { leafHash, nodeHash } from './hashes.js';
import { consistencyProof, inclusionProof, rootOf } from './tree-hashes.js';
import { isConsistent, rootFromInclusion } from './verify-proof.js';

/** The leaves, and the roots of the first of them, that the reference implementation of RFC 6962 is tested with. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** Trees of up to so many leaves are tried whole. */
const MOST = 40;

const NOTHING = Buffer.alloc(0);

/** A tree in memory, with every hash of every level of its tiles. */
function treeOf(leaves: readonly Uint8Array[]) {
  const levels: Uint8Array[][] = [];
  const tree = new TreeBuilder((level, hash) => {
    const row = levels[level] ?? [];
    levels[level] = row;
    row.push(Buffer.from(hash));
  });
  for (const leaf of leaves) tree.push(leaf);
  const node = nodesOf((level, first, count) => (levels[level] ?? []).slice(first, first + count));
  return { tree, node };
}

/** The root as RFC 6962, section 2.1, defines it. */
function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)));
}

const numbered = (count: number) => Array.from({ length: count }, (_, at) => leafHash(`leaf ${at}`));

it.each(ROOTS.map((root, size) => [size, root] as const))('the root of %i leaves of the RFC', (size, root) => {
  const leaves = LEAVES.slice(0, size).map((hex) => leafHash(Buffer.from(hex, 'hex')));
  const { tree, node } = treeOf(leaves);
  expect(tree.root().toString('hex')).toBe(root);
  expect(Buffer.from(rootOf(size, node)).toString('hex')).toBe(root);
});

it('the root of every tree over several levels of tiles is the defined one, also of each earlier size', () => {
  const leaves = numbered(65_793);
  const { tree, node } = treeOf(leaves);
  expect(tree.root()).toEqual(Buffer.from(definedRoot(leaves)));
  for (const size of [1, 255, 256, 257, 511, 65_536]) {
    expect(Buffer.from(rootOf(size, node))).toEqual(Buffer.from(definedRoot(leaves.slice(0, size))));
  }
});

it('the audit path of each leaf leads to the root, and to no other from another leaf, place or size', () => {
  const leaves = numbered(MOST);
  const { node } = treeOf(leaves);
  const wrong: string[] = [];
  for (let size = 1; size <= MOST; size += 1) {
    const root = Buffer.from(rootOf(size, node));
    for (const [leaf, hash] of leaves.slice(0, size).entries()) {
      const path = inclusionProof(leaf, size, node);
      const leads = (...[at, given, along]: [number, Uint8Array, readonly Uint8Array[]]) =>
        root.equals(rootFromInclusion(at, size, given, along) ?? NOTHING);
      const isFaulty =
        !leads(leaf, hash, path) ||
        leads(leaf, leafHash('another'), path) ||
        leads(leaf, hash, [...path, root]) ||
        leads(leaf, hash, path.slice(1)) !== (size === 1) ||
        (size > 1 && leads((leaf + 1) % size, hash, path));
      if (isFaulty) wrong.push(`leaf ${leaf} of ${size}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(() => inclusionProof(MOST, MOST, node)).toThrow(`a tree of ${MOST} leaves has no leaf ${MOST}`);
});

it('each earlier tree is proven to be the beginning, and a changed one is not', () => {
  const { node } = treeOf(numbered(MOST));
  const of = (size: number) => ({ size, root: rootOf(size, node) });
  const wrong: string[] = [];
  for (let size = 1; size <= MOST; size += 1) {
    for (let older = 1; older <= size; older += 1) {
      const path = consistencyProof(older, size, node);
      const isFaulty =
        !isConsistent(of(older), of(size), path) ||
        isConsistent({ size: older, root: leafHash('x') }, of(size), path) ||
        isConsistent(of(older), { size, root: leafHash('x') }, path) ||
        isConsistent(of(older), of(size), [...path, leafHash('x')]);
      if (isFaulty) wrong.push(`${older} of ${size}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(() => consistencyProof(0, 3, node)).toThrow(RangeError);
});

it('no damaged path verifies', () => {
  const leaves = numbered(300);
  const { node } = treeOf(leaves);
  fc.assert(
    fc.property(fc.nat(299), fc.nat(8), fc.nat(31), fc.integer({ min: 1, max: 255 }), (leaf, at, byte, flip) => {
      const path = inclusionProof(leaf, 300, node).map((hash) => Buffer.from(hash));
      const hash = path[at % path.length];
      if (hash !== undefined) hash[byte] = (hash[byte] ?? 0) ^ flip;
      const root = rootFromInclusion(leaf, 300, leaves[leaf] ?? Buffer.alloc(32), path);
      expect(Buffer.from(root ?? []).equals(Buffer.from(rootOf(300, node)))).toBe(false);
    }),
  );
});
