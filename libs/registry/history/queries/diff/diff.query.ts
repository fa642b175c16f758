import { Query } from '@nestjs/cqrs';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import { DiffApplicationRequestSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import type { PastReader } from '#libs/registry/shared/features/aggregate-view.js';
import type { PastDiff } from '#libs/registry/shared/past/aggregate-pasts.js';
import type { Subject } from '../support/subjects.js';

/** Compares an aggregate at two points. */
export class DiffQuery extends Query<PastDiff> {
  @NestedRules()
  readonly subject: Subject;

  @FollowsContract(DiffApplicationRequestSchema, 'from')
  readonly from: string;

  @FollowsContract(DiffApplicationRequestSchema, 'to')
  readonly to: string;

  constructor(
    subject: Subject,
    { from, to }: { readonly from: string; readonly to: string },
    readonly reader: PastReader,
  ) {
    super();
    this.subject = subject;
    this.from = from;
    this.to = to;
  }
}
