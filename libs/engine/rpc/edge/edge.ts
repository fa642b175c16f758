import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { allowOrigins, type CorsOptions, corsHeaders, type Headers, isPreflight, preflightHeaders } from './cors.js';
import { httpsOnly, sendSecurityHeaders } from './security-headers.js';

/** The configuration of CORS and security headers. */
export interface EdgeOptions {
  /** The pages that may call; undefined: none. */
  readonly cors: CorsOptions | undefined;
  /** Whether the server speaks TLS itself. */
  readonly tls: boolean;
}

/** A server without TLS that no page of another origin may call. */
export const closedEdge: EdgeOptions = { cors: undefined, tls: false };

/**
 * Adds headers for browsers to every answer that Fastify sends, and answers preflights. Register it before any other
 * hook.
 */
export function serveEdge(fastify: FastifyInstance, { cors, tls }: EdgeOptions): void {
  sendSecurityHeaders(fastify, tls);
  allowOrigins(fastify, cors);
}

/**
 * The same headers for an answer for which Fastify runs no hooks, because the request reaches no route.
 *
 * @param origin the request's header, if it could be parsed
 */
export function edgeHeaders({ cors, tls }: EdgeOptions, origin: string | undefined): Headers {
  return { ...(tls && httpsOnly), ...(cors !== undefined && corsHeaders(cors, origin)) };
}

/** The headers that answer a preflight for which no hooks run; undefined: the request is not a preflight. */
export function preflightAnswer(
  { cors, tls }: EdgeOptions,
  method: string | undefined,
  headers: IncomingHttpHeaders,
): Headers | undefined {
  if (cors === undefined || !isPreflight(method, headers)) return undefined;
  return { ...(tls && httpsOnly), ...preflightHeaders(cors, headers.origin) };
}
