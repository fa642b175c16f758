/** Who reads, where, and how much of what has been written the answer must hold. */
export interface ReadContext {
  /** In whose eyes: what belongs to other organizations is not there. */
  readonly organization: string;
  /** The newest position that the caller knows of; undefined: none beyond what this process has written. */
  readonly atLeast: bigint | undefined;
  /** Is told how far the documents are when they have not come so far in time and are answered all the same. */
  readonly onStale: (position: bigint) => void;
}
