import type { ExpectedRevision } from './event-store.js';

/** The stream is not at the expected revision; read it again and decide again. */
export class RevisionConflictError extends Error {
  override readonly name = 'RevisionConflictError';

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** The stream's last revision, or `noStream`. */
    readonly actual: bigint | 'noStream',
  ) {
    super(`stream ${stream} is at ${actual}, expected ${expected}`);
  }
}

/** The stream has been deleted for good (tombstone): it can never be read or written again. */
export class StreamDeletedError extends Error {
  override readonly name = 'StreamDeletedError';

  constructor(readonly stream: string) {
    super(`stream ${stream} has been deleted`);
  }
}

/** The append is larger than the store accepts. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';

  constructor(
    readonly bytes: number,
    readonly maxBytes: number,
  ) {
    super(`the append has ${bytes} bytes, more than the ${maxBytes} that one append may have: split it`);
  }
}

/** The store cannot be used now: not reachable, disk full, read-only, or closed. The message says which. */
export class EventStoreUnavailableError extends Error {
  override readonly name = 'EventStoreUnavailableError';
}
