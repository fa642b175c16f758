import { HASH_BYTES, leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { rootFromInclusion } from '#libs/engine/transparency/merkle/verify-proof.js';
import { fromBase64 } from '#libs/engine/transparency/notes/base64.js';
import { parseCheckpoint } from '#libs/engine/transparency/notes/checkpoint.js';
import type { NoteVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { openNote, signatureBy } from '#libs/engine/transparency/notes/signed-note.js';

/** The name and version of the form. */
export const EVIDENCE_FORMAT = 'appledger-evidence-v1';

/** An event, and the proof that it is in the tree. */
export interface ProvenEvent {
  /** Its leaf in the tree. */
  readonly index: number;
  /** The event as canonical JSON: exactly what was hashed. */
  readonly leaf: string;
  /** The audit path (RFC 6962), in base64. */
  readonly proof: readonly string[];
}

/** What somebody is given who does not trust the server: the events of one stream, and what proves them. */
export interface Evidence {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly stream: string;
  /** The verifier key, for information: whoever checks has to have it from elsewhere. */
  readonly key: string;
  /** A signed checkpoint. */
  readonly checkpoint: string;
  readonly events: readonly ProvenEvent[];
}

/** The result of a check. */
export interface CheckedEvidence {
  /** What is wrong; empty: everything is proven. */
  readonly faults: readonly string[];
  readonly origin: string;
  /** How many events the ledger had. */
  readonly size: number;
  readonly stream: string;
  readonly events: readonly CheckedEvent[];
}

/** An event as its leaf tells it. */
export interface CheckedEvent {
  readonly index: number;
  readonly revision: string;
  readonly type: string;
  readonly time: string;
  readonly user: string;
}

/**
 * Checks evidence without asking anybody.
 *
 * @param json the parsed file
 * @param verifier the key of the ledger, which was got from elsewhere
 */
export function checkEvidence(json: unknown, verifier: NoteVerifier): CheckedEvidence {
  const evidence = asEvidence(json);
  const nothing = { origin: '', size: 0, stream: '', events: [] };
  if (evidence === undefined) return { ...nothing, faults: [`it is not evidence of the form ${EVIDENCE_FORMAT}`] };
  const note = openNote(evidence.checkpoint);
  const checkpoint = note && parseCheckpoint(note.text);
  if (note === undefined || checkpoint === undefined) return { ...nothing, faults: ['its checkpoint is not one'] };
  const { origin, size, root } = checkpoint;
  const { stream } = evidence;
  const faults: string[] = [];
  if (signatureBy(note, verifier) === undefined) faults.push(`its checkpoint is not signed by ${verifier.text}`);
  if (origin !== verifier.name) faults.push(`its checkpoint is of ${origin}, and the key is of ${verifier.name}`);
  if (evidence.events.length === 0) faults.push('it has no events');
  const events = evidence.events.map(({ index, leaf, proof }, at) => {
    const proven = provenRoot(index, size, leaf, proof);
    if (proven === undefined || !root.equals(proven)) faults.push(`event ${at} is not in the tree of the checkpoint`);
    const event = parsedLeaf(leaf);
    const isNext = event?.stream === stream && event.revision === `${at}`;
    if (!isNext) faults.push(`event ${at} is not revision ${at} of ${stream}`);
    return { index, revision: event?.revision ?? '', type: event?.type ?? '', ...event?.meta } as CheckedEvent;
  });
  return { faults, origin, size, stream, events };
}

/** The root that the proof of a leaf leads to; undefined: it leads to none. */
function provenRoot(index: number, size: number, leaf: string, proof: readonly string[]): Uint8Array | undefined {
  const path = proof.map(fromBase64).filter((hash) => hash?.length === HASH_BYTES);
  // Lone surrogates have the bytes of another character in UTF-8, and so the hash of another text.
  if (path.length < proof.length || !leaf.isWellFormed()) return undefined;
  return rootFromInclusion(index, size, leafHash(leaf), path as Buffer[]);
}

/** Answers undefined for what has another form. */
function asEvidence(json: unknown): Evidence | undefined {
  const evidence = json as Partial<Evidence> | null;
  if (typeof evidence !== 'object' || evidence?.format !== EVIDENCE_FORMAT) return undefined;
  const { stream, checkpoint, events } = evidence;
  if (typeof stream !== 'string' || typeof checkpoint !== 'string' || !Array.isArray(events)) return undefined;
  const isProven = (event: Partial<ProvenEvent> | null) =>
    Number.isSafeInteger(event?.index) && typeof event?.leaf === 'string' && isTexts(event.proof);
  return events.every(isProven) ? (evidence as Evidence) : undefined;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function parsedLeaf(leaf: string) {
  try {
    const { stream, revision, type, metadata } = JSON.parse(leaf);
    const meta = { time: `${metadata?.occurredAt ?? ''}`, user: `${metadata?.editor?.user ?? ''}` };
    return { stream, revision, type, meta };
  } catch {
    return undefined;
  }
}
