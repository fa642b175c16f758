import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { inclusionProof } from '#libs/engine/transparency/merkle/tree-hashes.js';
import type { NoteVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { nodesOf } from '#libs/engine/transparency/tiles/tree-builder.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { leafOf } from '../leaf/leaf.js';
import type { SignedCheckpoint } from '../tree/ledger-folder.js';
import { EVIDENCE_FORMAT, type Evidence, type ProvenEvent } from './evidence.js';

/** What evidence is made of. */
export interface EvidenceParts {
  readonly events: AsyncIterable<RecordedEvent>;
  readonly isDomainEvent: (event: RecordedEvent) => boolean;
  /** The stream whose events are proven. */
  readonly stream: string;
  /** The folder of the tree's files. */
  readonly treeFolder: string;
  /** The last checkpoint; and one with cosignatures, which is preferred where it covers all of the events. */
  readonly last: SignedCheckpoint;
  readonly witnessed: SignedCheckpoint | undefined;
  readonly verifier: NoteVerifier;
  readonly progress: (events: number) => void;
}

/** So often progress is told. */
const TELL_EVERY_EVENTS = 10_000;

type Leaf = Pick<ProvenEvent, 'index' | 'leaf'>;

/**
 * Collects the events of a stream that the last checkpoint covers, each with its proof.
 *
 * @throws Error the files of the tree are not whole
 */
export async function collectEvidence(parts: EvidenceParts): Promise<Evidence> {
  const { isDomainEvent, stream, treeFolder, last, witnessed, verifier, progress } = parts;
  const found: Leaf[] = [];
  let index = 0;
  for await (const event of parts.events) {
    if (index === last.size) break;
    if (!isDomainEvent(event)) continue;
    if (event.stream === stream) found.push({ index, leaf: leafOf(event) });
    index += 1;
    if (index % TELL_EVERY_EVENTS === 0) progress(index);
  }
  const newest = found.at(-1)?.index ?? 0;
  const checkpoint = witnessed !== undefined && newest < witnessed.size ? witnessed : last;
  const node = nodesOf(hashesIn(treeFolder));
  const proven = (event: Leaf): ProvenEvent => ({
    ...event,
    proof: inclusionProof(event.index, checkpoint.size, node).map((hash) => Buffer.from(hash).toString('base64')),
  });
  try {
    return {
      format: EVIDENCE_FORMAT,
      stream,
      key: verifier.text,
      checkpoint: checkpoint.note,
      events: found.map(proven),
    };
  } catch (cause) {
    throw new Error(`the files in ${treeFolder} are not whole: start the server, which makes them again`, { cause });
  }
}
