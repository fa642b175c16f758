import { setTimeout as delay } from 'node:timers/promises';
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Health,
  type HealthCheckRequest,
  type HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Status,
} from '#libs/engine/contract/gen/grpc/health/v1/health_pb.js';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { Rpc, RpcService } from '../../core/bind.js';
import { openToAll, type ServedContract } from '../../core/contract.js';
import type { RpcContext } from '../../core/rpc-context.js';

/** Interval between two checks of a watched status, in milliseconds. */
const WATCH_MS = 1_000;

/** Whether the server can serve requests now. */
export type Readiness = () => Promise<boolean>;

/** grpc.health.v1, without authentication. */
export const healthContract: ServedContract = {
  services: [{ service: Health, restPrefix: '' }],
  accessRule: () => openToAll,
};

/**
 * grpc.health.v1 for load balancers and orchestrators: the health of the server (the empty name) and of each service.
 * All names have the same health.
 */
@RpcService(Health)
export class HealthRpc {
  readonly #services: ReadonlySet<string>;

  /** @param services the full names of the services that are served */
  constructor(
    services: readonly string[],
    private readonly ready: Readiness,
  ) {
    this.#services = new Set(['', ...services]);
  }

  /** The current health. @throws ContractError NOT_FOUND: there is no such service */
  @Rpc(Health.method.check)
  async check({ service }: HealthCheckRequest) {
    const status = await this.#statusOf(service);
    if (status === Status.SERVICE_UNKNOWN) throw ContractError.of(Code.NOT_FOUND, 'there is no service of this name');
    return { status };
  }

  /** The current health of every service. */
  @Rpc(Health.method.list)
  async list() {
    const status = await this.#statusOf('');
    return { statuses: Object.fromEntries(Array.from(this.#services, (service) => [service, { status }])) };
  }

  /** The current health, and again after each change, until the client ends the stream. */
  @Rpc(Health.method.watch)
  async *watch(
    { service }: HealthCheckRequest,
    context: RpcContext,
  ): AsyncGenerator<MessageInitShape<typeof HealthCheckResponseSchema>> {
    const signal = context.abandoned();
    let last: Status | undefined;
    for (;;) {
      const status = await this.#statusOf(service);
      if (status !== last) yield { status };
      last = status;
      await delay(WATCH_MS, undefined, { signal, ref: false });
    }
  }

  async #statusOf(service: string): Promise<Status> {
    if (!this.#services.has(service)) return Status.SERVICE_UNKNOWN;
    return (await this.ready()) ? Status.SERVING : Status.NOT_SERVING;
  }
}
