import { setTimeout as delay } from 'node:timers/promises';
import type { DescMethodUnary, Message } from '@bufbuild/protobuf';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Call } from '../../core/call.js';
import { openToAll } from '../../core/contract.js';
import type { StreamingCall } from '../streaming/streaming-call.js';
import { describe, methodOf } from '../wire/describe.js';

/** grpc.health.v1, which load balancers and orchestrators ask. */
const described = describe({
  name: 'grpc/health/v1/health.proto',
  package: 'grpc.health.v1',
  messages: {
    HealthCheckRequest: { service: 'string 1' },
    HealthCheckResponse: { status: 'enum grpc.health.v1.HealthCheckResponse.ServingStatus 1' },
  },
  enums: { 'HealthCheckResponse.ServingStatus': ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] },
  services: {
    Health: {
      Check: { input: 'HealthCheckRequest', output: 'HealthCheckResponse' },
      Watch: { input: 'HealthCheckRequest', output: 'HealthCheckResponse', streams: 'answers' },
    },
  },
});

/** The service as it is described to clients. */
export const HealthService = described.service('Health');

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

/** How often a watched status is looked at, in milliseconds. */
const WATCH_MS = 1_000;

/** Whether the server can do its work, or a part of it, now. */
export type Readiness = () => Promise<boolean>;

/**
 * The health of the server, under its own name (the empty one) and under that of each service: they live and die
 * together.
 */
export function healthCalls(services: readonly string[], ready: Readiness) {
  const known = new Set(['', ...services]);
  const statusOf = async (service: string): Promise<number> => {
    if (!known.has(service)) return SERVICE_UNKNOWN;
    return (await ready()) ? SERVING : NOT_SERVING;
  };
  const check: Call = {
    method: methodOf(HealthService, 'Check') as DescMethodUnary,
    ...openToAll,
    run: async (request) => {
      const status = await statusOf(serviceIn(request));
      if (status === SERVICE_UNKNOWN) throw ContractError.of(Code.NOT_FOUND, 'there is no service of this name');
      return { status };
    },
  };
  const watch: StreamingCall = {
    method: methodOf(HealthService, 'Watch'),
    run: async function* (requests, signal) {
      for await (const request of requests) yield* changes(() => statusOf(serviceIn(request)), signal);
    },
  };
  return { check, watch };
}

/** The status at first, and then whenever it has become another. Ends by the signal's abort, with its error. */
async function* changes(statusNow: () => Promise<number>, signal: AbortSignal): AsyncIterable<object> {
  let last: number | undefined;
  for (;;) {
    const status = await statusNow();
    if (status !== last) yield { status };
    last = status;
    await delay(WATCH_MS, undefined, { signal, ref: false });
  }
}

function serviceIn(request: Message): string {
  return (request as Message & { readonly service: string }).service;
}
