import {
  ANY,
  type AppendExpectedRevision,
  type EventData,
  type EventStoreDBClient,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { AppendTooLargeError, RevisionConflictError } from '../port/event-store.errors.js';
import type { AppendResult, ExpectedRevision } from '../port/event-store.js';

/** Events on their way to a stream, as the driver takes them. */
export interface OutgoingAppend {
  readonly stream: string;
  readonly events: readonly EventData[];
  /** The bytes of their data. */
  readonly bytes: number;
  readonly expected: ExpectedRevision;
}

/**
 * Appends to a stream.
 *
 * @throws RevisionConflictError, AppendTooLargeError, and the driver's errors
 */
export async function appendEvents(client: EventStoreDBClient, append: OutgoingAppend): Promise<AppendResult> {
  const { stream, events, bytes, expected } = append;
  try {
    const { success, nextExpectedRevision, position } = await client.appendToStream(stream, [...events], {
      expectedRevision: expectedRevision(expected),
    });
    // A connection string with throwOnAppendFailure=false lets a conflict be answered like this.
    if (!success) throw new RevisionConflictError(stream, expected, actualRevision(nextExpectedRevision));
    if (position === undefined) throw new Error('it did not say at which position it has written');
    return { revision: nextExpectedRevision, position: position.commit };
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) {
      throw new RevisionConflictError(stream, expected, actualRevision(error.actualVersion));
    }
    if (error instanceof MaxAppendSizeExceededError) throw new AppendTooLargeError(bytes, error.maxAppendSize);
    throw error;
  }
}

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

function expectedRevision(expected: ExpectedRevision): AppendExpectedRevision {
  switch (expected) {
    case 'any':
      return ANY;
    case 'noStream':
      return NO_STREAM;
    case 'streamExists':
      return STREAM_EXISTS;
    default:
      return expected;
  }
}

/** Where the driver says that a stream is; below 0 when there is none. */
function actualRevision(version: unknown): bigint | 'noStream' {
  return typeof version === 'bigint' && version >= 0n ? version : 'noStream';
}
