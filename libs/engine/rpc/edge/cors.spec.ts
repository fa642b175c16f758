import Fastify from 'fastify';
import { allowOrigins, type CorsOrigins } from './cors.js';

const ours = 'https://console.example';

async function ask(
  origins: CorsOrigins | undefined,
  headers: Record<string, string>,
  method: 'GET' | 'OPTIONS' = 'GET',
) {
  const fastify = Fastify();
  allowOrigins(fastify, origins && { origins, requestHeaders: ['x-sent'], answerHeaders: ['x-read'] });
  fastify.get('/hijacked', async (_, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/plain' }).end('sent');
  });
  return fastify.inject({ method, url: '/hijacked', headers });
}

const preflight = { origin: ours, 'access-control-request-method': 'POST' };

describe('pages of other origins', () => {
  it('may not call unless origins are configured', async () => {
    const { headers } = await ask(undefined, { origin: ours });
    expect(Object.keys(headers).filter((name) => /^access-control|^vary/.test(name))).toEqual([]);
    expect((await ask(undefined, preflight, 'OPTIONS')).statusCode).toBe(404);
  });

  it('may read answers and their headers', async () => {
    const { headers } = await ask([ours], { origin: ours });
    expect(headers).toMatchObject({ 'access-control-allow-origin': ours, vary: 'Origin' });
    expect(headers['access-control-expose-headers']).toMatch(/grpc-status-details-bin.*x-read/);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('get the allowed methods and headers in the preflight answer', async () => {
    const { statusCode, headers } = await ask(['https://other.example', ours], preflight, 'OPTIONS');
    expect(statusCode).toBe(204);
    expect(headers).toMatchObject({ 'access-control-allow-origin': ours, 'access-control-max-age': '7200' });
    for (const name of ['authorization', 'x-grpc-web', 'connect-protocol-version', 'x-sent']) {
      expect(headers['access-control-allow-headers']).toContain(name);
    }
  });

  it('of an origin that is not configured get no CORS headers, and caches must vary by origin', async () => {
    for (const origin of ['https://evil.example', `${ours}.evil.example`, 'null']) {
      const { headers } = await ask([ours], { ...preflight, origin }, 'OPTIONS');
      expect([headers['access-control-allow-origin'], headers.vary]).toEqual([undefined, 'Origin']);
    }
  });

  it('of every origin may call when all are configured, without credentials of the browser', async () => {
    const { headers } = await ask('*', { origin: 'https://any.example' });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });
});
