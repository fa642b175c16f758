import { Injectable } from '@nestjs/common';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { Rpc, RpcService } from '#libs/engine/rpc/core/bind.js';

/** Says that the server answers; nothing of its stores. */
@Injectable()
@RpcService(ManagementService)
export class HealthzRpc {
  @Rpc(ManagementService.method.healthz)
  async healthz() {
    return {};
  }
}
