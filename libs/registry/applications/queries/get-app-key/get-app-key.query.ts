import { Query } from '@nestjs/cqrs';
import { GetAppKeyRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ApplicationKeyDocument } from '../../projections/application-keys/application-keys.document.js';

/** One key of an application. */
export class GetAppKeyQuery extends Query<ApplicationKeyDocument> {
  @FollowsContract(GetAppKeyRequestSchema, 'projectId')
  readonly projectId: string;

  @FollowsContract(GetAppKeyRequestSchema, 'appId')
  readonly appId: string;

  @FollowsContract(GetAppKeyRequestSchema, 'keyId')
  readonly keyId: string;

  constructor(
    request: Pick<GetAppKeyQuery, 'projectId' | 'appId' | 'keyId'>,
    readonly reader: ReadContext,
  ) {
    super();
    this.projectId = request.projectId;
    this.appId = request.appId;
    this.keyId = request.keyId;
  }
}
