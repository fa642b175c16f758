/** What the log knows of a stream as a whole. */
export interface StreamHead {
  /** The last event's revision; -1 when the stream was tombstoned before it had any. */
  readonly revision: bigint;
  /** Deleted for good: it can never be read or written again. */
  readonly tombstoned: boolean;
}
