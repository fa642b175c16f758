import type { FastifyInstance } from 'fastify';

/** A year: the minimum of the browsers' preload lists. */
const HTTPS_ONLY_SECONDS = 31_536_000;

/** Asks browsers never to come without TLS. */
export const httpsOnly = {
  'strict-transport-security': `max-age=${HTTPS_ONLY_SECONDS}; includeSubDomains`,
} as const;

/**
 * Headers of every answer, whatever its protocol: no content sniffing, no caching, and in a browser no scripts, no frames
 * and no referrer.
 */
export const securityHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/**
 * Gives these headers and the request's id to whatever is sent by Fastify itself: health, metrics, keys, the
 * documentation. A route that sets one of them keeps its own. Calls of the contract write theirs with the answer, at
 * no cost of a hook.
 *
 * @param tls whether the server speaks TLS itself, and may ask browsers never to come without
 */
export function sendSecurityHeaders(fastify: FastifyInstance, tls: boolean): void {
  fastify.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(securityHeaders)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    reply.header('x-request-id', request.id);
  });
  if (!tls) return; // a browser heeds it over TLS alone, and a proxy that ends TLS speaks for itself
  fastify.addHook('onRequest', async (_, reply) => {
    for (const [name, value] of Object.entries(httpsOnly)) reply.raw.setHeader(name, value);
  });
}
