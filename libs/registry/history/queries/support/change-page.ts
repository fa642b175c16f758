import { type ChangeQuery, ChangeQuerySchema } from '@zitadel/proto/zitadel/change_pb.js';
import { FollowsListLimit, listLimit } from '#libs/registry/contract/list-limits.js';

/** A page of an aggregate's changes, as the request selects it. */
export class ChangePage {
  @FollowsListLimit(ChangeQuerySchema.field.limit, 'sequence')
  readonly limit: number;

  /** The sequence after which changes are listed; 0: from the first. */
  readonly sequence: bigint;
  /** Oldest first. */
  readonly ascending: boolean;

  constructor(query: ChangeQuery | undefined) {
    this.limit = listLimit(query);
    this.sequence = query?.sequence ?? 0n;
    this.ascending = query?.asc ?? false;
  }
}
