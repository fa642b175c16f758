import type { FastifyInstance } from 'fastify';
import { allowOrigins, type CorsOrigins } from './cors.js';
import { documentationRoutes } from './documentation-routes.js';
import { sendSecurityHeaders } from './security-headers.js';

/** What the edge needs to know. */
export interface EdgeOptions {
  /** The origins whose pages may call; undefined: none. */
  readonly corsOrigins: CorsOrigins | undefined;
  /** Whether the server speaks TLS itself. */
  readonly tls: boolean;
}

/** What every server has around its calls: headers for browsers, and the description of the API. Before any route. */
export function serveEdge(fastify: FastifyInstance, { corsOrigins, tls }: EdgeOptions): void {
  sendSecurityHeaders(fastify, tls);
  allowOrigins(fastify, corsOrigins);
  documentationRoutes(fastify);
}
