import { status } from '@grpc/grpc-js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  RevisionConflictError,
  StreamDeletedError,
} from '../port/event-store.errors.js';
import { type FailureFacts, type FailureKind, kindOf } from './failure-table.js';

/** A call was not answered in time. */
export class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError';
  readonly code = status.DEADLINE_EXCEEDED;

  constructor(readonly milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
  }
}

/** EventStoreDB cannot be used now; the kind says whether to retry and whether the connection is lost. */
export class CallFailedError extends EventStoreUnavailableError {
  constructor(
    message: string,
    readonly kind: FailureKind,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const PORT_ERRORS = [
  EventStoreUnavailableError,
  RevisionConflictError,
  StreamDeletedError,
  AppendTooLargeError,
  RangeError,
];

/** Converts an error of the driver to the port's; the message says what to do. Errors of the port are returned unchanged. */
export function portError(error: unknown): Error {
  if (PORT_ERRORS.some((type) => error instanceof type)) return error as Error;
  const facts = factsOf(error);
  const { code, exception, text } = facts;
  if (exception === 'stream-deleted') return new StreamDeletedError(trailer(rawOf(error), 'stream-name') ?? '');
  const kind = kindOf(facts);
  if (isDenied(facts)) {
    return new CallFailedError(
      'EventStoreDB denies access: check user and password in APPLEDGER_EVENTSTORE_URL and what that user may do',
      kind,
      { cause: error },
    );
  }
  if (code === status.INVALID_ARGUMENT) return new RangeError(text, { cause: error });
  const silent = kind.whose === 'connection' || kind.doubtful === true;
  return new CallFailedError(
    silent
      ? `EventStoreDB does not answer (${text}): check that it runs and can be reached`
      : `EventStoreDB cannot serve this now (${text})`,
    kind,
    { cause: error },
  );
}

/** An error of gRPC, which the driver wraps in its own. */
interface GrpcError {
  readonly code?: unknown;
  readonly metadata?: { get(name: string): readonly unknown[] } | undefined;
}

function factsOf(error: unknown): FailureFacts {
  const raw = rawOf(error);
  return { text: messageOf(error), code: numberOr(raw.code), exception: trailer(raw, 'exception') };
}

function rawOf(error: unknown): GrpcError {
  const { _raw: raw } = error as { readonly _raw?: GrpcError };
  return raw ?? (error as GrpcError);
}

function trailer({ metadata }: GrpcError, name: string): string | undefined {
  return metadata?.get(name)[0]?.toString();
}

function numberOr(code: unknown): number | undefined {
  return typeof code === 'number' ? code : undefined;
}

function isDenied({ code, exception }: FailureFacts): boolean {
  return (
    code === status.PERMISSION_DENIED ||
    code === status.UNAUTHENTICATED ||
    exception === 'access-denied' ||
    exception === 'not-authenticated'
  );
}
