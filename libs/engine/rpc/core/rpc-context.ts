/**
 * What a bound method gets beside its request, whatever protocol the call came by.
 *
 * @template Identity what the admission of the server answers
 */
export interface RpcContext<Identity = unknown> {
  /** Who calls, as the admission found. */
  readonly identity: Identity;
  readonly requestId: string;
  /** The header x-correlation-id, or the request's own id. */
  readonly correlationId: string;
  /** W3C trace context, where the request had one that is well-formed. */
  readonly traceparent?: string;
  /** When the deadline that the client has set passes, by the clock of `performance.now()`. */
  readonly deadline?: number;
  /** A header of the request, by its name in lower case. */
  header(name: string): string | undefined;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  /**
   * A signal that aborts when nobody waits for the answer any more: the client has gone, or its deadline has passed. A
   * call that streams is aborted also when the server stops. Long work asks for the signal and stops then; its answer
   * is lost. The reason of the signal is a ContractError.
   */
  abandoned(): AbortSignal;
}
