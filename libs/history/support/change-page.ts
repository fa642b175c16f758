import type { ChangeQuery } from '@zitadel/proto/zitadel/change_pb.js';
import { Max } from 'class-validator';
import { DEFAULT_LIST_LIMIT, MAX_LIST_LIMIT } from '#libs/contract/list-limits.js';

/** Which changes of an aggregate are wanted. */
export class ChangePage {
  @Max(MAX_LIST_LIMIT, {
    message: `must be at most ${MAX_LIST_LIMIT} (got $value): ask for the rest with sequence`,
    context: { field: 'query.limit' },
  })
  readonly limit: number;

  /** The last one that has been seen; 0: none. */
  readonly sequence: bigint;
  /** Oldest first. */
  readonly ascending: boolean;

  constructor(query: ChangeQuery | undefined) {
    this.limit = query?.limit || DEFAULT_LIST_LIMIT;
    this.sequence = query?.sequence ?? 0n;
    this.ascending = query?.asc ?? false;
  }
}
