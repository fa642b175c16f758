/** An event with its places in the log: a log with the same event there is the log it was read from, or a copy of it. */
export interface EventMark {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
}

/** A mark as it is stored: JSON has no bigint. */
export interface StoredMark {
  readonly id: string;
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
}

/** Makes a mark storable. */
export function storedMark({ id, stream, revision, position }: EventMark): StoredMark {
  return { id, stream, revision: `${revision}`, position: `${position}` };
}

/** Reads a stored mark. */
export function markFrom({ id, stream, revision, position }: StoredMark): EventMark {
  return { id, stream, revision: BigInt(revision), position: BigInt(position) };
}
