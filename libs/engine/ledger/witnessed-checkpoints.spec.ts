import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointText } from '#libs/engine/transparency/notes/checkpoint.js';
import { cosignatureLine } from '#libs/engine/transparency/notes/cosignature.js';
import { cosignerOf, generateSigner, type NoteSigner } from '#libs/engine/transparency/notes/note-key.js';
import { noteOf, openNote, signedNote } from '#libs/engine/transparency/notes/signed-note.js';
import { memoryFolder } from '../../../test/support/temp-folder.js';
import { keepCosignatures, newestWitnessed } from './witnessed-checkpoints.js';

const former = generateSigner('example.org/former', () => '');
const present = generateSigner('example.org/present', () => '');
const witness = cosignerOf('witness.example', Buffer.alloc(32, 5));

/** Keeps a checkpoint of so many events that the witness has cosigned. */
function keep(folder: string, signer: NoteSigner, size: number): void {
  const checkpoint = { origin: signer.verifier.name, size, root: Buffer.alloc(32, size) };
  const note = signedNote(checkpointText(checkpoint), signer);
  const { text = '', signatures = [] } = openNote(note) ?? {};
  const sent = noteOf(text, [...signatures.map(({ line }) => line), cosignatureLine(text, 1_700_000_000, witness)]);
  keepCosignatures(folder, { ...checkpoint, note }, sent, [witness.verifier]);
}

it('the newest witnessed checkpoint is one that the present key has signed, and a whole one', () => {
  const folder = memoryFolder();
  const sizeFor = ({ verifier }: NoteSigner) => newestWitnessed(folder, verifier)?.size;
  expect(sizeFor(former)).toBeUndefined();
  for (const size of [3, 5]) keep(folder, former, size);
  expect([sizeFor(former), sizeFor(present)]).toEqual([5, undefined]);
  keep(folder, present, 4);
  expect([sizeFor(former), sizeFor(present)]).toEqual([5, 4]);
  truncateSync(join(folder, 'witnessed', '5'.padStart(16, '0')), 20);
  expect([sizeFor(former), sizeFor(present)]).toEqual([3, 4]);
});
