import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** The origins whose pages may call; `*`: all origins. */
export type CorsOrigins = readonly string[] | '*';

/** Which pages may call, and what they may send and read beside the headers of the protocols. */
export interface CorsOptions {
  readonly origins: CorsOrigins;
  /** Headers of requests. */
  readonly requestHeaders: readonly string[];
  /** Headers of answers. */
  readonly answerHeaders: readonly string[];
}

/** Headers of an answer. */
export type Headers = Readonly<Record<string, string>>;

const PREFLIGHT_SECONDS = 7_200; // the longest that Chromium remembers

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** What browsers may send: REST's own headers, gRPC-web's and Connect's. */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'x-request-id',
  'x-correlation-id',
  'traceparent',
  'x-grpc-web',
  'x-user-agent',
  'grpc-timeout',
  'connect-protocol-version',
  'connect-timeout-ms',
  'last-event-id',
];

/** What pages may read of an answer. */
const ANSWER_HEADERS = ['grpc-status', 'grpc-message', 'grpc-status-details-bin', 'x-request-id', 'retry-after'];

/**
 * The headers that let a page read an answer. Credentials that a browser adds by itself (cookies) are never asked for:
 * a caller is known by the authorization header, which a page must set on purpose.
 *
 * @param origin the header of the request; undefined: the request does not come from a page of another origin
 */
export function corsHeaders(cors: CorsOptions, origin: string | undefined): Headers {
  const { origins } = cors;
  if (origins === '*') return allowed('*', cors);
  const vary = { vary: 'Origin' };
  return origin !== undefined && origins.includes(origin) ? { ...vary, ...allowed(origin, cors) } : vary;
}

/** The headers that answer a preflight request. */
export function preflightHeaders(cors: CorsOptions, origin: string | undefined): Headers {
  const headers = corsHeaders(cors, origin);
  if (!('access-control-allow-origin' in headers)) return headers;
  return {
    ...headers,
    'access-control-allow-methods': METHODS.join(', '),
    'access-control-allow-headers': [...REQUEST_HEADERS, ...cors.requestHeaders].join(', '),
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  };
}

/** Says whether a request is a preflight request. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** Lets pages of these origins call, by every protocol that Fastify serves. Without origins nothing is added. */
export function allowOrigins(fastify: FastifyInstance, cors: CorsOptions | undefined): void {
  if (cors === undefined) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (isPreflight(request.method, request.headers)) {
      reply.code(204).headers(preflightHeaders(cors, origin)).send();
      return;
    }
    // On Node's own response, for answers that are not sent by Fastify.
    for (const [name, value] of Object.entries(corsHeaders(cors, origin))) reply.raw.setHeader(name, value);
    done();
  });
}

function allowed(origin: string, { answerHeaders }: CorsOptions): Headers {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': [...ANSWER_HEADERS, ...answerHeaders].join(', '),
  };
}
