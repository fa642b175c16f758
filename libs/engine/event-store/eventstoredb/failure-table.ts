import { status } from '@grpc/grpc-js';

/** The consequence of a failed call. */
export interface FailureKind {
  /**
   * `call`: only this read, append or subscription has failed; the connection stays up. `connection`: a new connection is
   * made, and every call on this one fails.
   */
  readonly whose: 'call' | 'connection';
  /**
   * Which calls are retried until their deadline. An append repeats its event ids, so it is written once even if the
   * first attempt was written too. A subscription is always opened again.
   */
  readonly again: 'every' | 'appends' | 'none';
  /** The connection may be dead without an error: it is checked. */
  readonly doubtful?: true;
}

const REFUSED: FailureKind = { whose: 'call', again: 'none' };
const REPEATED: FailureKind = { whose: 'call', again: 'every' };
const DOUBTFUL: FailureKind = { whose: 'call', again: 'every', doubtful: true };
const CONNECTION: FailureKind = { whose: 'connection', again: 'every' };

/** The consequence by gRPC's code, if neither the exception nor the text decides. */
export const KIND_BY_CODE: Readonly<Record<status, FailureKind>> = {
  [status.OK]: REPEATED, // A subscription that the server has ended without an error.
  [status.CANCELLED]: DOUBTFUL,
  [status.UNKNOWN]: { whose: 'call', again: 'appends' }, // A read at an invalid position always ends with this code.
  [status.INVALID_ARGUMENT]: REFUSED,
  [status.DEADLINE_EXCEEDED]: DOUBTFUL,
  [status.NOT_FOUND]: REFUSED,
  [status.ALREADY_EXISTS]: REFUSED,
  [status.PERMISSION_DENIED]: REFUSED,
  [status.RESOURCE_EXHAUSTED]: REPEATED,
  [status.FAILED_PRECONDITION]: REFUSED,
  [status.ABORTED]: REPEATED, // A subscription that was too slow; an append that timed out inside the cluster.
  [status.OUT_OF_RANGE]: REFUSED,
  [status.UNIMPLEMENTED]: REFUSED,
  [status.INTERNAL]: DOUBTFUL,
  [status.UNAVAILABLE]: CONNECTION,
  [status.DATA_LOSS]: REFUSED,
  [status.UNAUTHENTICATED]: REFUSED,
};

/** The consequence by EventStoreDB's exception name, which it sends in a trailer. */
export const KIND_BY_EXCEPTION: Readonly<Record<string, FailureKind>> = {
  'not-leader': CONNECTION, // The next connection finds the leader.
  'access-denied': REFUSED,
  'not-authenticated': REFUSED,
  'stream-not-found': REFUSED,
  'no-stream': REFUSED,
  'stream-deleted': REFUSED,
  'wrong-expected-version': REFUSED,
  'maximum-append-size-exceeded': REFUSED,
  'missing-required-metadata-property': REFUSED,
  'invalid-transaction': REFUSED,
};

/** The consequence by the text of the error. */
const KIND_BY_TEXT: readonly (readonly [RegExp, FailureKind])[] = [
  [/Server Is Not Ready/i, CONNECTION], // The node is starting or has lost its leader: another one may be ready.
  [/Server Is (Too )?Busy/i, REPEATED],
  [/No leader info available/i, CONNECTION],
  [/^Failed to discover/, CONNECTION], // The driver has found no node.
  [/No message received/, DOUBTFUL], // from gRPC's client: the call ended without an error and without an answer
  [/write after end/, CONNECTION], // from Node's HTTP/2: the connection is closing
];

/** The facts that a failure is classified by. */
export interface FailureFacts {
  readonly code?: number | undefined;
  readonly exception?: string | undefined;
  readonly text: string;
}

/** Classifies a failure: by the exception, otherwise by the text, otherwise by the code. */
export function kindOf({ code, exception, text }: FailureFacts): FailureKind {
  const byException = exception === undefined ? undefined : KIND_BY_EXCEPTION[exception];
  const byText = () => KIND_BY_TEXT.find(([pattern]) => pattern.test(text))?.[1];
  return byException ?? byText() ?? KIND_BY_CODE[code as status] ?? REFUSED;
}
