import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * Adds `/debug/metrics` for Prometheus, without authentication. The metrics of the process are included, and measured
 * from the first request on: to measure the delay of the event loop wakes the process up a hundred times a second.
 */
export function metricsRoute(fastify: FastifyInstance, registry: Registry): void {
  fastify.get('/debug/metrics', async (_, reply) => {
    const metrics = await Registry.merge([registry, metricsOfTheProcess()]).metrics();
    return reply.type(registry.contentType).send(metrics);
  });
}

/** Gauges with names of counters. The sums of the same gauges without `_total` are equal. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

let ofTheProcess: Registry | undefined;

/** Shared by all servers of the process. */
function metricsOfTheProcess(): Registry {
  if (ofTheProcess === undefined) {
    ofTheProcess = new Registry();
    collectDefaultMetrics({ register: ofTheProcess });
    for (const name of MISNAMED) ofTheProcess.removeSingleMetric(name);
  }
  return ofTheProcess;
}
