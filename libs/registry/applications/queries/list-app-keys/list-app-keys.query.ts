import { Query } from '@nestjs/cqrs';
import { type ListAppKeysRequest, ListAppKeysRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { ValidateNested } from 'class-validator';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { type Listed, Stretch } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ApplicationKeyDocument } from '../../projections/application-keys/application-keys.document.js';

/** The keys of an application, expired ones included. */
export class ListAppKeysQuery extends Query<Listed<ApplicationKeyDocument>> {
  @FollowsContract(ListAppKeysRequestSchema, 'projectId')
  readonly projectId: string;

  @FollowsContract(ListAppKeysRequestSchema, 'appId')
  readonly appId: string;

  @ValidateNested()
  readonly stretch: Stretch;

  constructor(
    request: Pick<ListAppKeysRequest, 'projectId' | 'appId' | 'query'>,
    readonly reader: ReadContext,
  ) {
    super();
    this.projectId = request.projectId;
    this.appId = request.appId;
    this.stretch = new Stretch(request.query);
  }
}
