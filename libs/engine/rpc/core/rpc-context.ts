/**
 * The context of a bound method, independent of the protocol.
 *
 * @template Identity the result of the server's admission
 */
export interface RpcContext<Identity = unknown> {
  /** The caller, as identified by the admission. */
  readonly identity: Identity;
  readonly requestId: string;
  /** The header x-correlation-id, or the request's own id. */
  readonly correlationId: string;
  /** W3C trace context, if the request has a well-formed one. */
  readonly traceparent?: string;
  /** The deadline set by the client, by the clock of `performance.now()`. */
  readonly deadline?: number;
  /** A header of the request, by its name in lower case. */
  header(name: string): string | undefined;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  /**
   * A signal that aborts when the client no longer waits for the answer: it has disconnected, or its deadline has
   * passed. The signal of a streaming call also aborts when the server stops. Long work stops when the signal aborts;
   * its answer is discarded. The reason of the signal is a ContractError.
   */
  abandoned(): AbortSignal;
  /**
   * A signal that aborts when the server stops. A call that waits for something answers then what it has, because the
   * stop waits only shortly for requests in flight.
   */
  readonly stopping: AbortSignal;
}
