import type { ExpectedRevision, StreamCondition } from '../port/event-store.js';
import type { EventBytes } from './record.js';

/**
 * What is asked for. `delete` and `tombstone` come with one event: the metadata that hides the stream until it comes
 * again, or the mark that it is deleted for good.
 */
export interface AppendRequest {
  readonly kind: 'append' | 'delete' | 'tombstone';
  readonly stream: string;
  readonly events: readonly EventBytes[];
  readonly expected: ExpectedRevision;
  /** Where another stream must end. */
  readonly provided?: StreamCondition | undefined;
}
