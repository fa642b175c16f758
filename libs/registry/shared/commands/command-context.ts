/** Who runs a command, for whom, and which request it belongs to: what every event of it records. */
export interface CommandContext {
  /** The organization that owns what the command makes, and in which it looks. */
  readonly organization: string;
  readonly editor: { readonly user: string; readonly client?: string };
  readonly correlationId: string;
  /** The id of the request that caused the command. */
  readonly causationId: string;
  /** W3C trace context, where the request had one. */
  readonly traceparent?: string;
  /** Asked for when the command has to wait: aborts, with the error to answer, when the caller no longer waits for it. */
  readonly abandoned?: () => AbortSignal;
  /** When nobody waits for the outcome any more, by the clock of `performance.now()`. */
  readonly deadline?: number;
  /** Is told where in $all what the command has written ends. */
  readonly onAppended?: (position: bigint) => void;
}
