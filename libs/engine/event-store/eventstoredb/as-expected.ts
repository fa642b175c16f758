import type { ExpectedRevision } from '../port/event-store.js';

/** Whether a stream is as a writer expects. @param last its last revision; undefined: it does not exist */
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
