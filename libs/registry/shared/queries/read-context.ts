import type { AsOf } from '../past/as-of.js';

/** The organization that reads, and how new the answer must be. */
export interface ReadContext {
  /** What belongs to other organizations does not exist for it. */
  readonly organization: string;
  /** The newest position that the caller knows; undefined: none beyond the appends of this process. */
  readonly atLeast: bigint | undefined;
  /** Called with the position of the documents when they are answered although they are older than required. */
  readonly onStale: (position: bigint) => void;
  /** The answer is as of a point of the past; undefined: it is of the present. */
  readonly asOf?: AsOf;
}
