import type { Outcome } from '#libs/engine/errors/code.js';
import type { Protocol } from '../core/protocol.js';

/** The facts about a request that its head contains. */
export interface RequestHead {
  readonly requestId: string;
  readonly protocol: Protocol;
  /** The call, such as `ManagementService/AddAPIApp`, or the verb and path of a request that is not a call. */
  readonly method: string;
  /** W3C trace context, if the request has one. */
  readonly traceparent?: string | undefined;
}

/** Collects facts about a request while it is answered, for its line in the access log. */
export class RequestRecord {
  readonly began = performance.now();
  /** Fields of the log line about the caller, set by the admission; empty: the caller is not authenticated. */
  caller: Readonly<Record<string, string>> = {};
  /** Undefined while there is no answer. */
  outcome: Outcome | undefined;
  /** Length of the answer's body, in bytes. */
  bytes = 0;

  constructor(readonly head: RequestHead) {}

  /** Records a whole answer that is sent. */
  sent(bytes: number, outcome: Outcome): void {
    this.bytes = bytes;
    this.outcome = outcome;
  }

  /** Records a piece of a streamed answer that is sent. */
  wrote(bytes: number): void {
    this.bytes += bytes;
  }

  /** Records the end of a streamed answer. */
  ended(outcome: Outcome): void {
    this.outcome = outcome;
  }
}
