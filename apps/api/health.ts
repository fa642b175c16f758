import type { FastifyInstance } from 'fastify';
import type { RunnerStatus } from '#libs/projections/runner/projection-runner.js';
import type { ProjectionRunners } from '#libs/projections/runner/projection-runners.js';
import type { Stores } from './stores.js';

/** What readiness looks at. */
export interface HealthParts extends Pick<Stores, 'eventStore' | 'readModel'> {
  readonly runners: ProjectionRunners;
}

/** A part of the server, up or down, in the form that @nestjs/terminus gives it. */
interface Indicator {
  readonly status: 'up' | 'down';
  readonly [detail: string]: unknown;
}

const OK = 200;
const SERVICE_UNAVAILABLE = 503;

/**
 * For supervisors and load balancers, without authentication: `/debug/healthz` says that the process answers,
 * `/debug/ready` whether it can do its work, part by part. Why a part is down stands in the log.
 */
export function healthRoutes(fastify: FastifyInstance, parts: HealthParts): void {
  fastify.get('/debug/healthz', async () => ({ status: 'ok' }));
  fastify.get('/debug/ready', async (_, reply) => {
    const details = await indicators(parts);
    const ready = Object.values(details).every(({ status }) => status === 'up');
    return reply.code(ready ? OK : SERVICE_UNAVAILABLE).send({ status: ready ? 'ok' : 'error', details });
  });
}

async function indicators({ eventStore, readModel, runners }: HealthParts): Promise<Record<string, Indicator>> {
  const [events, documents] = await Promise.all([eventStore.health(), readModel.health()]);
  const projections = runners.status().map((status) => [`projection ${status.name}`, projectionIndicator(status)]);
  return {
    eventStore: storeIndicator(events),
    readModel: storeIndicator(documents),
    ...Object.fromEntries(projections),
  };
}

/** A store that can be read is up: who only reads is served, and writes say themselves that they are not. */
function storeIndicator({ readable, writable }: { readonly readable: boolean; readonly writable: boolean }): Indicator {
  return { status: readable ? 'up' : 'down', readable, writable };
}

function projectionIndicator({ state, position, failure }: RunnerStatus): Indicator {
  const event = failure?.event && { ...failure.event, position: `${failure.event.position}` };
  return { status: state === 'live' ? 'up' : 'down', state, position: `${position}`, ...(event && { event }) };
}
