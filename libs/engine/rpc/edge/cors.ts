import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** The origins whose pages may call; `*`: all origins. */
export type CorsOrigins = readonly string[] | '*';

/** The pages that may call, and the headers that they may send and read in addition to those of the protocols. */
export interface CorsOptions {
  readonly origins: CorsOrigins;
  /** Additional headers of requests. */
  readonly requestHeaders: readonly string[];
  /** Additional headers of answers. */
  readonly answerHeaders: readonly string[];
}

/** Headers of an answer. */
export type Headers = Readonly<Record<string, string>>;

const PREFLIGHT_SECONDS = 7_200; // the maximum in Chromium

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** Request headers that pages may send: those of REST, gRPC-web and Connect. */
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

/** Answer headers that pages may read. */
const ANSWER_HEADERS = ['grpc-status', 'grpc-message', 'grpc-status-details-bin', 'x-request-id', 'retry-after'];

/**
 * The headers that let a page read an answer. Credentials that a browser adds by itself (cookies) are not allowed:
 * callers authenticate with the authorization header, which a page sets explicitly.
 *
 * @param origin the request's header; undefined: the request is not from a page of another origin
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

/** Lets pages of these origins call, over every protocol that Fastify serves. Without origins it adds nothing. */
export function allowOrigins(fastify: FastifyInstance, cors: CorsOptions | undefined): void {
  if (cors === undefined) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (isPreflight(request.method, request.headers)) {
      reply.code(204).headers(preflightHeaders(cors, origin)).send();
      return;
    }
    // Set on Node's own response, because some answers are not sent by Fastify.
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
