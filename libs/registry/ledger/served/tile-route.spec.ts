import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '#libs/engine/ledger/ledger.js';
import type { LedgerStatus } from '#libs/engine/ledger/tree/ledger-status.js';
import { HASH_BYTES, leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { generateSigner } from '#libs/engine/transparency/notes/note-key.js';
import { TreeBuilder } from '#libs/engine/transparency/tiles/tree-builder.js';
import { TreeFiles } from '#libs/engine/transparency/tiles/tree-files.js';
import { memoryFolder } from '../../../../test/support/temp-folder.js';
import { hashesOf } from './tile-route.js';

const { verifier } = generateSigner('example.org/log', () => '');

/** The ledger of two leaves, and its checkpoint. @param write what is in its files in place of a leaf's hash */
function ledgerOf(state: LedgerStatus['state'], write: (hash: Uint8Array) => Uint8Array) {
  const folder = memoryFolder();
  mkdirSync(join(folder, 'tree'));
  const files = new TreeFiles(join(folder, 'tree'), 'append');
  const tree = new TreeBuilder((level, hash) => files.append(level, write(hash)));
  for (const leaf of ['one', 'two']) tree.push(leafHash(leaf));
  files.write();
  files.close();
  const last = { origin: verifier.name, size: tree.size, root: tree.root(), note: '' };
  const ledger: Ledger = { folder, verifier, checkpoint: () => last, status: () => ({ state }) };
  return () => hashesOf(ledger, { level: 0, index: 0, width: 2 }, last);
}

it('files that have not been compared with the log yet are answered from if they lead to the root', () => {
  for (const state of ['checking', 'failing', 'contradicted'] as const) {
    expect(ledgerOf(state, (hash) => hash)()).toHaveLength(2 * HASH_BYTES);
    expect(ledgerOf(state, () => Buffer.alloc(HASH_BYTES))).toThrow('are not those of the tree');
  }
  expect(ledgerOf('current', (hash) => hash)()).toHaveLength(2 * HASH_BYTES);
});
