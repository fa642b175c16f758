/** Who runs a command, for whom, and which request it belongs to: what the metadata of its events record. */
export interface CommandContext {
  /** The id of the organization that owns what the command makes, and within which it sees. */
  readonly resourceOwner: string;
  /** The user, and the client that the user's token was issued to. */
  readonly editor: { readonly user: string; readonly client?: string };
  readonly correlationId: string;
  /** The id of the request that caused the command. */
  readonly causationId: string;
  /** W3C trace context, where the request had one. */
  readonly traceparent?: string;
  /** Why the command is run, as its caller puts it. */
  readonly reason?: string;
  /**
   * Called when the command has to wait. The signal aborts when the caller no longer waits for the command; its reason
   * is the error to answer.
   */
  readonly abandoned?: () => AbortSignal;
  /** When nobody waits for the outcome any more, by the clock of `performance.now()`. */
  readonly deadline?: number;
  /** Called with the position in $all of the last event that the command has appended. */
  readonly onAppended?: (position: bigint) => void;
}
