import { Injectable } from '@nestjs/common';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { Call } from '#libs/registry/shared/features/call.js';

/** Says that the server answers, whatever the state of its stores. */
@Injectable()
@RpcService(ManagementService)
export class HealthzRpc {
  @Call(ManagementService.method.healthz, { group: 'Health', summary: 'Check that the server answers', errors: [] })
  async healthz() {
    return {};
  }
}
