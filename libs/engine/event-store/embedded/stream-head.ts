/** The last revision of a stream, and whether it has a tombstone. */
export interface StreamHead {
  /** The last event's revision; -1 when the stream was tombstoned before it had any. */
  readonly revision: bigint;
  /** Permanently deleted: it can never be read or written again. */
  readonly tombstoned: boolean;
}
