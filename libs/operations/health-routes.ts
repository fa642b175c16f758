import { ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { FastifyInstance } from 'fastify';
import type { EventStore } from '#libs/event-store/port/event-store.js';
import type { GenerationStatus } from '#libs/projections/runner/kept-generation.js';
import type { ProjectionStatus } from '#libs/projections/runner/projection-keeper.js';
import type { Projector, ProjectorRole } from '#libs/projections/runner/projector.js';
import type { ReadModel } from '#libs/read-model/port/read-model.js';

/** What readiness looks at. */
export interface HealthParts {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  readonly projector: Projector;
  readonly checks: HealthCheckService;
}

/** Load balancers and monitors that want no more than the status ask with HEAD. */
const WITH_HEAD = { exposeHeadRoute: true };

const OK = 200;
const SERVICE_UNAVAILABLE = 503;

/**
 * For supervisors and load balancers, without authentication: `/debug/healthz` says that the process answers,
 * `/debug/ready` whether it can do its work, part by part. Why a part is down stands in the log.
 */
export function healthRoutes(fastify: FastifyInstance, parts: HealthParts): void {
  fastify.get('/debug/healthz', WITH_HEAD, async () => ({ status: 'ok' }));
  fastify.get('/debug/ready', WITH_HEAD, async (_, reply) => {
    try {
      return reply.code(OK).send(await parts.checks.check(indicators(parts)));
    } catch (error) {
      if (error instanceof ServiceUnavailableException)
        return reply.code(SERVICE_UNAVAILABLE).send(error.getResponse());
      throw error;
    }
  });
}

/** Says whether every part of the server can do its work. */
export async function isReady(parts: HealthParts): Promise<boolean> {
  try {
    await parts.checks.check(indicators(parts));
    return true;
  } catch (error) {
    if (error instanceof ServiceUnavailableException) return false;
    throw error;
  }
}

function indicators({ eventStore, readModel, projector }: HealthParts): (() => Promise<HealthIndicatorResult>)[] {
  const { role } = projector;
  const projections = projector.status().map((status) => async () => ({
    [`projection ${status.name}`]: projectionIndicator(role, status),
  }));
  return [
    async () => ({ eventStore: storeIndicator(await eventStore.health()) }),
    async () => ({ readModel: storeIndicator(await readModel.health()) }),
    ...projections,
  ];
}

/** A store that can be read is up: who only reads is served, and writes say themselves that they are not. */
function storeIndicator({ readable, writable }: { readonly readable: boolean; readonly writable: boolean }) {
  return { status: upIf(readable), readable, writable };
}

/** Where another process keeps the documents, it is that one which says how they are. */
function projectionIndicator(role: ProjectorRole, { serving, filling, setAside }: ProjectionStatus) {
  if (role !== 'working') return { status: upIf(true), state: role };
  return {
    status: upIf(serving?.state === 'live'),
    ...(serving === undefined ? { state: 'building' } : generationDetail(serving)),
    ...(filling && { filling: generationDetail(filling) }),
    ...(setAside && { setAside }),
  };
}

function generationDetail({ generation, state, position, failure }: GenerationStatus) {
  const event = failure?.event && { ...failure.event, position: `${failure.event.position}` };
  return { generation, state, position: `${position}`, ...(event && { event }) };
}

function upIf(condition: boolean): 'up' | 'down' {
  return condition ? 'up' : 'down';
}
