import { Query } from '@nestjs/cqrs';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import { GetApplicationStateRequestSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import type { PastReader } from '#libs/registry/shared/features/aggregate-view.js';
import type { PastState } from '#libs/registry/shared/past/aggregate-pasts.js';
import type { Subject } from '../support/subjects.js';

/** Reads what an aggregate is at a point. */
export class GetStateQuery extends Query<PastState> {
  @NestedRules()
  readonly subject: Subject;

  @FollowsContract(GetApplicationStateRequestSchema, 'at')
  readonly at: string;

  constructor(
    subject: Subject,
    { at }: { readonly at: string },
    readonly reader: PastReader,
  ) {
    super();
    this.subject = subject;
    this.at = at;
  }
}
