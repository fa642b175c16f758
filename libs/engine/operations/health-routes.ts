import type { FastifyInstance, FastifyReply } from 'fastify';
import { consumersReport } from './consumers-report.js';
import { type HealthParts, type Purpose, type Readiness, readinessFor } from './readiness.js';

const OK = 200;
const SERVICE_UNAVAILABLE = 503;

const READINESS: Readonly<Record<string, readonly Purpose[]>> = {
  '/debug/ready': ['write', 'read'],
  '/debug/ready/write': ['write'],
  '/debug/ready/read': ['read'],
};

/**
 * Adds the health routes for supervisors and load balancers, without authentication. `/debug/healthz` shows that the
 * process answers, `/debug/ready` whether it is ready for reads and writes, `/debug/ready/write` and `/debug/ready/read`
 * whether it is ready for one of them, and `/debug/ready/any` whether it is ready for at least one. Reasons are logged.
 * `/debug/consumers` shows what follows the event log, and the periodic work.
 */
export function healthRoutes(fastify: FastifyInstance, parts: HealthParts): void {
  fastify.get('/debug/healthz', async () => ({ status: 'ok' }));
  for (const [path, purposes] of Object.entries(READINESS)) {
    fastify.get(path, async (_, reply) => answer(reply, await readinessFor(purposes, parts)));
  }
  fastify.get('/debug/consumers', async () => consumersReport(parts));
  fastify.get('/debug/ready/any', async (_, reply) => {
    const [write, read] = [await readinessFor(['write'], parts), await readinessFor(['read'], parts)];
    const isReady = write.isReady || read.isReady;
    const result = { status: isReady ? 'ok' : 'error', write: write.result, read: read.result };
    return answer(reply, { isReady, result });
  });
}

function answer(reply: FastifyReply, { isReady, result }: Pick<Readiness, 'isReady'> & { readonly result: object }) {
  return reply.code(isReady ? OK : SERVICE_UNAVAILABLE).send(result);
}
