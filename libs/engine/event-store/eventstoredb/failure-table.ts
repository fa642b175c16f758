import { status } from '@grpc/grpc-js';

/** What the end of a call with an error means. */
export interface FailureKind {
  /**
   * `call`: this call alone has failed, be it a read, an append or a subscription; everything else on the connection
   * goes on. `connection`: the next connection is made, and every call of this one is over.
   */
  readonly whose: 'call' | 'connection';
  /**
   * Which calls are made again until their deadline. An append repeats its event ids, so it is written once even when
   * its first try was written too. A subscription is opened again whatever has ended it.
   */
  readonly again: 'every' | 'appends' | 'none';
  /** The connection may be gone without saying so: it is asked for an answer. */
  readonly doubtful?: true;
}

const REFUSED: FailureKind = { whose: 'call', again: 'none' };
const REPEATED: FailureKind = { whose: 'call', again: 'every' };
const DOUBTFUL: FailureKind = { whose: 'call', again: 'every', doubtful: true };
const CONNECTION: FailureKind = { whose: 'connection', again: 'every' };

/** What an end means by gRPC's code, where neither the exception nor the text says more. */
export const KIND_BY_CODE: Readonly<Record<status, FailureKind>> = {
  [status.OK]: REPEATED, // A subscription that the server has ended in peace.
  [status.CANCELLED]: DOUBTFUL,
  [status.UNKNOWN]: { whose: 'call', again: 'appends' }, // A read ends so at a position that is none: it always will.
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

/** What EventStoreDB's own name for a failure means, which it sends beside the code. */
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

/** What only the text tells. */
const KIND_BY_TEXT: readonly (readonly [RegExp, FailureKind])[] = [
  [/Server Is Not Ready/i, CONNECTION], // A node that is starting or has lost its leader: another one may be ready.
  [/Server Is (Too )?Busy/i, REPEATED],
  [/No leader info available/i, CONNECTION],
  [/^Failed to discover/, CONNECTION], // The driver has found no node.
  [/No message received/, DOUBTFUL], // gRPC's client says so of a call that has ended well and without an answer.
  [/write after end/, CONNECTION], // Node's HTTP/2 says so of a connection that is just closing.
];

/** What is known of a failure. */
export interface FailureFacts {
  readonly code?: number | undefined;
  readonly exception?: string | undefined;
  readonly text: string;
}

/** Says what a failure means; the exception counts before the text, and the text before the code. */
export function kindOf({ code, exception, text }: FailureFacts): FailureKind {
  const byException = exception === undefined ? undefined : KIND_BY_EXCEPTION[exception];
  const byText = () => KIND_BY_TEXT.find(([pattern]) => pattern.test(text))?.[1];
  return byException ?? byText() ?? KIND_BY_CODE[code as status] ?? REFUSED;
}
