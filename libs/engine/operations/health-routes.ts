import type { FastifyInstance, FastifyReply } from 'fastify';
import { type HealthParts, type Purpose, type Readiness, readinessFor } from './readiness.js';

/** Load balancers and monitors that want no more than the status ask with HEAD. */
const WITH_HEAD = { exposeHeadRoute: true };

const OK = 200;
const SERVICE_UNAVAILABLE = 503;

const READINESS: Readonly<Record<string, readonly Purpose[]>> = {
  '/debug/ready': ['write', 'read'],
  '/debug/ready/write': ['write'],
  '/debug/ready/read': ['read'],
};

/**
 * For supervisors and load balancers, without authentication. `/debug/healthz` says that the process answers,
 * `/debug/ready` whether it can do all of its work, `/debug/ready/write` and `/debug/ready/read` whether it can do that
 * part, and `/debug/ready/any` whether it can do one of them. The log says why a part is down.
 */
export function healthRoutes(fastify: FastifyInstance, parts: HealthParts): void {
  fastify.get('/debug/healthz', WITH_HEAD, async () => ({ status: 'ok' }));
  for (const [path, purposes] of Object.entries(READINESS)) {
    fastify.get(path, WITH_HEAD, async (_, reply) => answer(reply, await readinessFor(purposes, parts)));
  }
  fastify.get('/debug/ready/any', WITH_HEAD, async (_, reply) => {
    const [write, read] = [await readinessFor(['write'], parts), await readinessFor(['read'], parts)];
    const isReady = write.isReady || read.isReady;
    const result = { status: isReady ? 'ok' : 'error', write: write.result, read: read.result };
    return answer(reply, { isReady, result });
  });
}

function answer(reply: FastifyReply, { isReady, result }: Pick<Readiness, 'isReady'> & { readonly result: object }) {
  return reply.code(isReady ? OK : SERVICE_UNAVAILABLE).send(result);
}
