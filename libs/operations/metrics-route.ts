import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

/** For Prometheus, without authentication: `/debug/metrics`. */
export function metricsRoute(fastify: FastifyInstance, registry: Registry): void {
  fastify.get('/debug/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
