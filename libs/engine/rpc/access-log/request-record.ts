import type { Outcome } from '#libs/engine/errors/code.js';
import type { Protocol } from '../core/protocol.js';

/** What is known of a request from its head. */
export interface RequestHead {
  readonly requestId: string;
  readonly protocol: Protocol;
  /** The call, such as `ManagementService/AddAPIApp`, or verb and path of another request. */
  readonly method: string;
  /** W3C trace context, where the request has one. */
  readonly traceparent?: string | undefined;
}

/** What becomes known of a request while it is answered, for its line in the access log. */
export class RequestRecord {
  readonly began = performance.now();
  /** Fields of the log line that the admission sets about the caller; empty: the caller is not known. */
  caller: Readonly<Record<string, string>> = {};
  /** Undefined while there is no answer. */
  outcome: Outcome | undefined;
  /** Length of the answer's body. */
  bytes = 0;

  constructor(readonly head: RequestHead) {}

  /** The whole answer is sent. */
  sent(bytes: number, outcome: Outcome): void {
    this.bytes = bytes;
    this.outcome = outcome;
  }

  /** A piece of an answer that streams is sent. */
  wrote(bytes: number): void {
    this.bytes += bytes;
  }

  /** An answer that streams has ended. */
  ended(outcome: Outcome): void {
    this.outcome = outcome;
  }
}
