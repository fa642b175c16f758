import { generateSigner } from '#libs/engine/transparency/notes/note-key.js';
import { signedLedger } from './current-ledger.js';

const { verifier } = generateSigner('example.org/log', () => '');
const ledger = { folder: '', verifier, checkpoint: () => undefined, status: () => ({ state: 'checking' }) as const };

it('a process without a ledger, or with one that has signed nothing yet, says so', () => {
  expect(() => signedLedger(undefined)).toThrow('LEDGER-k3Wv8');
  expect(() => signedLedger(ledger)).toThrow('LEDGER-p6Tn2');
});

it('answers the last checkpoint', () => {
  const last = { origin: 'example.org/log', size: 0, root: Buffer.alloc(32), note: '' };
  const signed = { ...ledger, checkpoint: () => last };
  expect(signedLedger(signed)).toEqual({ ledger: signed, last });
});
