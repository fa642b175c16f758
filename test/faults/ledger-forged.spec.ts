import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { collectEvidence } from '#libs/engine/ledger/evidence/collect-evidence.js';
import { checkEvidence } from '#libs/engine/ledger/evidence/evidence.js';
import { ledgerKey } from '#libs/engine/ledger/keys/ledger-key.js';
import { type SignedCheckpoint, signedCheckpointIn, TREE_FOLDER } from '#libs/engine/ledger/tree/ledger-folder.js';
import { LedgerTree } from '#libs/engine/ledger/tree/ledger-tree.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { checkpointText } from '#libs/engine/transparency/notes/checkpoint.js';
import { generateSigner, type NoteSigner } from '#libs/engine/transparency/notes/note-key.js';
import { noteOf, openNote, signatureLine, signedNote } from '#libs/engine/transparency/notes/signed-note.js';
import { verifyLedger } from '../../apps/cli/ledger/verify-ledger.js';
import { eventsIn } from '../support/event-log.js';
import { isDomainEvent, keepLedger } from '../support/kept-ledger.js';
import { scene } from '../support/removal-scene.js';
import { memoryFolder } from '../support/temp-folder.js';

let dataDir: string;
let folder: string;
let events: readonly RecordedEvent[];
let signed: SignedCheckpoint;
let signer: NoteSigner;

beforeAll(async () => {
  dataDir = memoryFolder();
  folder = join(dataDir, 'ledger');
  const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
  for (let made = 0; made < 3; made += 1) await scene(store, []);
  await store.close();
  const { checkpoint } = await keepLedger(dataDir);
  const key = ledgerKey(folder, { key: undefined, origin: undefined }, false);
  if (checkpoint === undefined || key === undefined) throw new Error('nothing was signed');
  [signed, signer] = [checkpoint, key];
  events = (await eventsIn(dataDir)).filter(isDomainEvent);
});

/** Every copy of the bytes in which one byte was changed, in its lowest or in another bit. */
function* flipped(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) {
    for (const bit of [0, (at % 7) + 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] ?? 0) ^ (1 << bit);
      yield changed;
    }
  }
}

describe('a byte that was changed', () => {
  it('in a file of the tree is noticed, whichever it is', () => {
    const tree = join(memoryFolder(), TREE_FOLDER);
    cpSync(join(folder, TREE_FOLDER), tree, { recursive: true });
    const agrees = () => {
      const compared = new LedgerTree(tree, signed.size, 'compare');
      for (const event of events) compared.add(event);
      const answer = compared.agrees();
      compared.close();
      return answer;
    };
    expect(agrees()).toBe(true);
    for (const name of readdirSync(tree)) {
      const whole = readFileSync(join(tree, name));
      for (const changed of flipped(whole)) {
        writeFileSync(join(tree, name), changed);
        if (agrees()) throw new Error(`${name} was changed: ${changed.toString('hex')}`);
      }
      writeFileSync(join(tree, name), whole);
    }
  });

  it('in the last checkpoint never leads to another checkpoint', () => {
    const copy = memoryFolder();
    for (const changed of flipped(readFileSync(join(folder, 'checkpoint')))) {
      writeFileSync(join(copy, 'checkpoint'), changed);
      let read: SignedCheckpoint | undefined;
      try {
        read = signedCheckpointIn(copy, signer.verifier);
      } catch (error) {
        expect(String(error)).toContain('not a checkpoint that was signed');
        continue;
      }
      // The name or the id of the key was changed: it looks like that of a former key, of the same tree.
      expect([read?.origin, read?.size, read?.root]).toEqual([signed.origin, signed.size, signed.root]);
    }
  });

  it('in evidence is never proven', async () => {
    const { stream } = events.find(({ type }) => type === 'ApplicationAdded') as RecordedEvent;
    const evidence = await collectEvidence({
      events: asRead(events),
      isDomainEvent,
      stream,
      treeFolder: join(folder, TREE_FOLDER),
      last: signed,
      witnessed: undefined,
      verifier: signer.verifier,
      progress: () => undefined,
    });
    const whole = checkEvidence(evidence, signer.verifier);
    expect(whole.faults).toEqual([]);
    expect(whole.events.length).toBeGreaterThan(1);
    for (const changed of flipped(Buffer.from(JSON.stringify(evidence)))) {
      const json = parsed(changed.toString('utf8'));
      if (json === undefined) continue;
      const checked = checkEvidence(json, signer.verifier);
      if (checked.faults.length > 0) continue;
      // What is proven is what was proven before: the key in the file is for information.
      const { key: _, ...rest } = json as { readonly key?: unknown };
      const { key: __, ...original } = evidence;
      expect([checked, rest]).toEqual([whole, expect.objectContaining(original)]);
    }
  });
});

it('a leaf with a lone surrogate is not proven by the hash of the character that it is written as', () => {
  const verifier = signer.verifier;
  const leaf = '{"revision":"0","stream":"application-1","n":"\ufffd"}';
  const checkpoint = signedNote(checkpointText({ origin: verifier.name, size: 1, root: leafHash(leaf) }), signer);
  const given = { format: 'appledger-evidence-v1', stream: 'application-1', key: verifier.text, checkpoint };
  const check = (text: string) => checkEvidence({ ...given, events: [{ index: 0, leaf: text, proof: [] }] }, verifier);
  expect(check(leaf).faults).toEqual([]);
  expect(check(leaf.replace('\ufffd', '\ud800')).faults).toHaveLength(1);
});

describe('verify --against', () => {
  const against = (note: string) => {
    const file = join(memoryFolder(), 'kept');
    writeFileSync(file, note);
    return verifyLedger(readConfiguration({ APPLEDGER_DATA_DIR: dataDir }), file, () => undefined);
  };
  const stranger = generateSigner('example.org/other', () => '');
  const noteBy = (by: NoteSigner, parts: Partial<SignedCheckpoint>) =>
    signedNote(checkpointText({ ...signed, origin: by.verifier.name, ...parts }), by);

  it('a checkpoint of a larger tree finds that events are missing', async () => {
    expect((await against(noteBy(signer, { size: signed.size + 1 }))).ok).toBe(false);
  });

  it('a checkpoint agrees however its lines end', async () => {
    for (const copied of [signed.note.trimEnd(), `${signed.note}\n`, signed.note.replaceAll('\n', '\r\n')]) {
      expect((await against(copied)).ok).toBe(true);
    }
  });

  it('a checkpoint of another origin with the same root agrees, as that of a former key does', async () => {
    expect((await against(noteBy(stranger, {}))).ok).toBe(true);
    expect((await against(noteBy(stranger, { root: Buffer.alloc(32) }))).ok).toBe(false);
  });

  it('several signatures do not matter, as long as that in the name of the ledger is right', async () => {
    const text = openNote(signed.note)?.text ?? '';
    const [own, other] = [signer, stranger].map((by) => signatureLine(by.verifier, by.sign(Buffer.from(text))));
    const forged = signatureLine(signer.verifier, stranger.sign(Buffer.from(text)));
    expect((await against(noteOf(text, [other ?? '', own ?? '']))).ok).toBe(true);
    await expect(against(noteOf(text, [own ?? '', forged]))).rejects.toThrow('never signed by this ledger');
    await expect(against(noteOf(text, [forged]))).rejects.toThrow('never signed by this ledger');
    await expect(against(noteOf(text, []))).rejects.toThrow('is not a checkpoint');
  });
});

async function* asRead(all: readonly RecordedEvent[]) {
  yield* all;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
