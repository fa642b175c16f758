import type { Caller } from '#libs/registry/access/caller.js';

/** What a bound method gets beside its request, whatever protocol the call came by. */
export interface RpcContext {
  /** Who calls; anonymous for a call that needs no authentication. */
  readonly caller: Caller;
  /** Where the call works: the organization of the header x-zitadel-orgid, or the caller's own. */
  readonly organization: string;
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
   * Aborts when nobody waits for the answer any more: the client has gone, or the deadline that it set has passed. Work
   * that can take long asks for it and stops then; what it answers is lost. The signal's reason is a ContractError.
   */
  abandoned(): AbortSignal;
}
