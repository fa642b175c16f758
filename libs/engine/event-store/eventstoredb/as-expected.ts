import type { ExpectedRevision } from '../port/event-store.js';

/** Whether a stream is where a writer believes. @param last the stream's last revision; undefined: there is none */
export function isAsExpected(expected: ExpectedRevision, last: bigint | undefined): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'noStream':
      return last === undefined;
    case 'streamExists':
      return last !== undefined;
    default:
      return expected === last;
  }
}
