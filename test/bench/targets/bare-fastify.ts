/**
 * The upper limit of a service on this machine: a bare Fastify server that verifies the token, from a cache after the
 * first time, and returns a constant answer.
 *
 * BENCH_KEYS_URL: where the token's public keys are; BENCH_ISSUER: who must have signed it; BENCH_CREATION,
 * BENCH_APP and BENCH_LIST: the JSON to answer to a creation, to GET and to a search.
 */
import fastify, { type FastifyRequest } from 'fastify';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

const {
  BENCH_KEYS_URL = '',
  BENCH_ISSUER = '',
  BENCH_CREATION = '{}',
  BENCH_APP = '{}',
  BENCH_LIST = '{}',
} = process.env;
const creation = JSON.parse(BENCH_CREATION);
const app = JSON.parse(BENCH_APP);
const list = JSON.parse(BENCH_LIST);

const keys = createRemoteJWKSet(new URL(BENCH_KEYS_URL));
const verified = new Map<string, JWTPayload>();

async function authenticate(request: FastifyRequest): Promise<void> {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const known = verified.get(token);
  if (known !== undefined && (known.exp ?? 0) * 1000 > Date.now()) return;
  const { payload } = await jwtVerify(token, keys, { issuer: BENCH_ISSUER, algorithms: ['ES256'] });
  verified.set(token, payload);
}

const server = fastify();
server.addHook('onRequest', authenticate);
server.post('/management/v1/projects/:projectId/apps/api', async () => creation);
server.get('/management/v1/projects/:projectId/apps/:appId', async () => app);
server.post('/management/v1/projects/:projectId/apps/_search', async () => list);
process.once('SIGTERM', () => void server.close());
console.log(`Bare Fastify listens on ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
