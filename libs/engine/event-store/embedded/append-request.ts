import type { ExpectedRevision, StreamCondition } from '../port/event-store.js';
import type { EventBytes } from './record.js';

/**
 * An append, a delete or a tombstone. `delete` and `tombstone` have one event: the metadata that hides the stream until
 * the next append, or the tombstone.
 */
export interface AppendRequest {
  readonly kind: 'append' | 'delete' | 'tombstone';
  readonly stream: string;
  readonly events: readonly EventBytes[];
  readonly expected: ExpectedRevision;
  /** The last revision that another stream must have. */
  readonly provided?: StreamCondition | undefined;
}
