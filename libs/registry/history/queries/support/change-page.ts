import { type ChangeQuery, ChangeQuerySchema } from '@zitadel/proto/zitadel/change_pb.js';
import { FollowsListLimit, listLimit } from '#libs/registry/contract/list-limits.js';

/** Which changes of an aggregate are wanted. */
export class ChangePage {
  @FollowsListLimit(ChangeQuerySchema.field.limit, 'sequence')
  readonly limit: number;

  /** The last one that has been seen; 0: none. */
  readonly sequence: bigint;
  /** Oldest first. */
  readonly ascending: boolean;

  constructor(query: ChangeQuery | undefined) {
    this.limit = listLimit(query);
    this.sequence = query?.sequence ?? 0n;
    this.ascending = query?.asc ?? false;
  }
}
