import { checkpointText, parseCheckpoint } from './checkpoint.js';
import { cosignatureLine, cosignaturesOf } from './cosignature.js';
import { cosignerOf, generateSigner, parseSigner, parseVerifier } from './note-key.js';
import { noteOf, openNote, signatureBy, signedNote } from './signed-note.js';

/** The example in the documentation of Go's golang.org/x/mod/sumdb/note. */
const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

const signer = generateSigner('example.org/log', () => '');
const opened = (note: string) => openNote(note) ?? fail(note);

function fail(note: string): never {
  throw new Error(`no note: ${note}`);
}

function verifierOf(text: string) {
  return parseVerifier(text) ?? fail(text);
}

it("verifies the example of Go's library, and no changed one", () => {
  expect(signatureBy(opened(NOTE), verifierOf(KEY))?.name).toBe('PeterNeumann');
  expect(signatureBy(opened(NOTE.replace('answer', 'Answer')), verifierOf(KEY))).toBeUndefined();
  expect(signatureBy(opened(NOTE), signer.verifier)).toBeUndefined();
});

it('a note that it has signed is verified with the text of the key', () => {
  const note = signedNote('text\n', signer);
  expect(signatureBy(opened(note), verifierOf(signer.verifier.text))).toBeDefined();
  expect(parseSigner(signer.text)?.verifier.text).toBe(signer.verifier.text);
});

it.each([
  ['a key of another id', KEY.replace('c74f20a3', 'c74f20a4')],
  ['a key of another name', KEY.replace('Peter', 'Paul')],
  ['a key that is cut off', KEY.slice(0, -4)],
  ['an unknown algorithm', 'a+00000000+CRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ['no name', KEY.replace('PeterNeumann', '')],
  ['nothing', ''],
])('%s is no key', (_, text) => {
  expect(parseVerifier(text)).toBeUndefined();
  expect(parseSigner(`PRIVATE+KEY+${text}`)).toBeUndefined();
});

it.each([
  ['nothing', ''],
  ['no signature', 'text\n'],
  ['an empty signature', 'text\n\n\n'],
  ['another dash', NOTE.replace('\u2014', '-')],
  ['no line feed at the end', NOTE.slice(0, -1)],
  ['too many characters', `${'x'.repeat(70_000)}${NOTE}`],
  ['too many signatures', noteOf('text\n', Array(101).fill(NOTE.split('\n').at(-2)))],
])('%s is no note', (_, note) => {
  expect(openNote(note)).toBeUndefined();
});

it('a checkpoint is read as it was written, also with extension lines', () => {
  const checkpoint = { origin: 'example.org/log', size: 7, root: Buffer.alloc(32, 9) };
  expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
  expect(parseCheckpoint(`${checkpointText(checkpoint)}more\n`)).toEqual(checkpoint);
  for (const size of ['07', '-1', '1.5', '', '9007199254740993']) {
    expect(parseCheckpoint(`example.org/log\n${size}\n${checkpoint.root.toString('base64')}\n`)).toBeUndefined();
  }
  expect(parseCheckpoint('example.org/log\n7\nAAAA\n')).toBeUndefined();
});

it('a cosignature counts when its witness is known, and has signed this text at this time', () => {
  const witness = cosignerOf('witness.example', Buffer.alloc(32, 5));
  const text = 'example.org/log\n7\nroot\n';
  const line = cosignatureLine(text, 1_700_000_000, witness);
  const note = opened(noteOf(text, [line]));
  const verifier = verifierOf(witness.verifier.text);
  expect(verifier.kind).toBe('cosignature');
  expect(cosignaturesOf(note, [verifier])).toEqual([{ witness: 'witness.example', time: 1_700_000_000, line }]);
  expect(cosignaturesOf(note, [])).toEqual([]);
  expect(cosignaturesOf(opened(noteOf('another\n', [line])), [verifier])).toEqual([]);
  const otherTime = cosignatureLine(text, 1_700_000_001, witness).slice(0, 40) + line.slice(40);
  expect(cosignaturesOf(opened(noteOf(text, [otherTime])), [verifier])).toEqual([]);
});
