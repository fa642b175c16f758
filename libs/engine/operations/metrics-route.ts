import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** For Prometheus, without authentication: `/debug/metrics`. What the process as a whole is like stands beside it. */
export function metricsRoute(fastify: FastifyInstance, registry: Registry): void {
  const process = metricsOfTheProcess();
  fastify.get('/debug/metrics', async (_, reply) => {
    const metrics = await Registry.merge([registry, process]).metrics();
    return reply.type(registry.contentType).send(metrics);
  });
}

/** Gauges whose names end as those of counters do. The sums of those without `_total` say the same. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

let ofTheProcess: Registry | undefined;

/** Collected once, however many servers there are in the process. */
function metricsOfTheProcess(): Registry {
  if (ofTheProcess === undefined) {
    ofTheProcess = new Registry();
    collectDefaultMetrics({ register: ofTheProcess });
    for (const name of MISNAMED) ofTheProcess.removeSingleMetric(name);
  }
  return ofTheProcess;
}
