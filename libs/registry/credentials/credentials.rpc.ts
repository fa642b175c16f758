import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import {
  CredentialService,
  type ListUnusedApplicationsRequest,
  Usage,
} from '#libs/registry/contract/gen/appledger/v1/credentials_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { listDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import {
  ListUnusedApplicationsQuery,
  type UnusedApplication,
} from './queries/list-unused-applications/list-unused-applications.query.js';
import type { KnownUsage } from './queries/list-unused-applications/usage-of.js';

const usages: Readonly<Record<KnownUsage, Usage>> = {
  never: Usage.NEVER,
  notSince: Usage.NOT_SINCE,
  notSinceCountingBegan: Usage.NOT_SINCE_COUNTING_BEGAN,
};

/** The calls on the credentials of all applications. */
@Injectable()
@RpcService(CredentialService)
export class CredentialsRpc {
  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Call(CredentialService.method.listUnusedApplications, {
    group: 'Credentials',
    summary: 'List the applications whose credentials have not been used since a time',
    errors: [],
  })
  async listUnusedApplications(request: ListUnusedApplicationsRequest, context: CallContext) {
    const query = new ListUnusedApplicationsQuery(request, readContext(context), this.clock());
    const listed = await this.dispatcher.query(query);
    const { countingBegan } = listed;
    return {
      details: listDetails(listed),
      since: timestampFromMs(query.sinceTime ?? 0),
      ...(countingBegan !== undefined && { countingBegan: timestampFromMs(countingBegan) }),
      result: listed.documents.map(unusedApplication),
    };
  }
}

function unusedApplication({ id, clientId = '', createdAt, lastUsed, usage, ...named }: UnusedApplication) {
  return {
    ...named,
    applicationId: id,
    clientId,
    creationDate: timestampFromMs(createdAt),
    usage: usages[usage],
    ...(lastUsed !== undefined && { lastUsed: timestampFromMs(lastUsed) }),
  };
}
