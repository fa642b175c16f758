import type { FastifyInstance } from 'fastify';

/** A year: the minimum of the browsers' preload lists. */
const HTTPS_ONLY_SECONDS = 31_536_000;

/** Tells browsers to use TLS only (HSTS). */
export const httpsOnly = {
  'strict-transport-security': `max-age=${HTTPS_ONLY_SECONDS}; includeSubDomains`,
} as const;

/**
 * Headers of every answer, whatever its protocol: no content sniffing, no caching, and in a browser no scripts, no
 * frames and no referrer.
 */
export const securityHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/**
 * Adds these headers and the request's id to every answer sent by Fastify itself: health, metrics, keys, the
 * documentation. A value that a route sets is kept. Calls of the contract write these headers with the answer, without
 * the cost of a hook.
 *
 * @param tls whether the server terminates TLS itself, and so sends HSTS
 */
export function sendSecurityHeaders(fastify: FastifyInstance, tls: boolean): void {
  fastify.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(securityHeaders)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    reply.header('x-request-id', request.id);
  });
  if (!tls) return; // browsers ignore HSTS without TLS, and a proxy that terminates TLS sends its own
  fastify.addHook('onRequest', async (_, reply) => {
    for (const [name, value] of Object.entries(httpsOnly)) reply.raw.setHeader(name, value);
  });
}
