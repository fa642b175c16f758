import type { Damage } from './damage.js';
import { IndexKey, indexRevision, type Location } from './index/entry.js';
import { agreedLength } from './record.js';
import { RECORD_HEADER_BYTES } from './record-layout.js';
import type { Segments } from './segments/segments.js';
import { StoredEvent } from './stored-event.js';

/** Looks up an event of a stream in the index. */
export type FindPlace = (key: IndexKey, revision: number) => Location | undefined;

/**
 * Adds the stream to a damage. The name is read from the damaged record, and used only if the index confirms it: the
 * name itself may be damaged.
 */
export function withStream(damage: Damage, segments: Segments, find: FindPlace): Damage {
  if (damage.stream !== undefined) return damage;
  const segment = segments.all.find(({ name }) => name === damage.segment);
  if (segment === undefined || damage.offset + RECORD_HEADER_BYTES > segment.end) return damage;
  const length = agreedLength(segment.read(damage.offset, RECORD_HEADER_BYTES), 0);
  if (length === 0 || damage.offset + length > segment.end) return damage;
  const record = new StoredEvent(BigInt(damage.position), segment.read(damage.offset, length));
  const { stream, revision } = record;
  const place = find(IndexKey.ofStream(stream), indexRevision(revision));
  return place?.position === damage.position ? { ...damage, stream } : damage;
}
