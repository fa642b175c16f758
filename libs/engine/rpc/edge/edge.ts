import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { allowOrigins, type CorsOptions, corsHeaders, type Headers, isPreflight, preflightHeaders } from './cors.js';
import { httpsOnly, sendSecurityHeaders } from './security-headers.js';

/** What the edge needs to know. */
export interface EdgeOptions {
  /** Which pages may call; undefined: none. */
  readonly cors: CorsOptions | undefined;
  /** Whether the server speaks TLS itself. */
  readonly tls: boolean;
}

/** A server without TLS that no page may call. */
export const closedEdge: EdgeOptions = { cors: undefined, tls: false };

/** Gives headers for browsers to every answer that Fastify sends, and answers preflights. Before any other hook. */
export function serveEdge(fastify: FastifyInstance, { cors, tls }: EdgeOptions): void {
  sendSecurityHeaders(fastify, tls);
  allowOrigins(fastify, cors);
}

/**
 * The same headers for an answer that no hook sees, because the request reaches no route.
 *
 * @param origin the request's header, where it could be read
 */
export function edgeHeaders({ cors, tls }: EdgeOptions, origin: string | undefined): Headers {
  return { ...(tls && httpsOnly), ...(cors !== undefined && corsHeaders(cors, origin)) };
}

/** The headers that answer a preflight which no hook sees; undefined: the request is none. */
export function preflightAnswer(
  { cors, tls }: EdgeOptions,
  method: string | undefined,
  headers: IncomingHttpHeaders,
): Headers | undefined {
  if (cors === undefined || !isPreflight(method, headers)) return undefined;
  return { ...(tls && httpsOnly), ...preflightHeaders(cors, headers.origin) };
}
