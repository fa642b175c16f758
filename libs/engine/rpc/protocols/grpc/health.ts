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

/** Whether the server can do its work now. */
export type Readiness = () => Promise<boolean>;

/** grpc.health.v1, which everybody may call. */
export const healthContract: ServedContract = {
  services: [{ service: Health, restPrefix: '' }],
  accessRule: () => openToAll,
};

/**
 * grpc.health.v1, which load balancers and orchestrators ask: the health of the server, under its own name (the empty
 * one) and under that of each service. All of them have the same health.
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

  /** The health now. @throws ContractError NOT_FOUND: there is no such service */
  @Rpc(Health.method.check)
  async check({ service }: HealthCheckRequest) {
    const status = await this.#statusOf(service);
    if (status === Status.SERVICE_UNKNOWN) throw ContractError.of(Code.NOT_FOUND, 'there is no service of this name');
    return { status };
  }

  /** The health of every service now. */
  @Rpc(Health.method.list)
  async list() {
    const status = await this.#statusOf('');
    return { statuses: Object.fromEntries(Array.from(this.#services, (service) => [service, { status }])) };
  }

  /** The health now, and again whenever it has changed, until the stream is abandoned. */
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
