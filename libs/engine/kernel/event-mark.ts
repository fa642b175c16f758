/** An event with its places in the log: a log with the same event there is the log it was read from, or a copy of it. */
export interface EventMark {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
}
