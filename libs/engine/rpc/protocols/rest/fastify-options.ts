import type { Server } from 'node:http';
import type { FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#libs/engine/runtime/logger.js';
import { noAccessLog } from '../../access-log/access-log.js';
import { logRequest } from '../../access-log/fastify-access-log.js';
import { neverKept, retryHeaders } from '../../core/answer-headers.js';
import { requestIdOf } from '../../core/request-identity.js';
import { closedEdge, type EdgeOptions, edgeHeaders, preflightAnswer } from '../../edge/edge.js';
import type { HttpError } from '../../errors/http-error.js';
import { httpErrorOf } from '../../errors/http-error-of.js';
import {
  KEEP_ALIVE_MS,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  MAX_READ_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
} from '../../limits/limits.js';
import { errorWire } from '../wire/error-wire.js';
import { sendWire } from '../wire/send.js';
import { sendJsonError } from './answer.js';
import { connectionErrors } from './connection-errors.js';

const NO_CONTENT = 204;

/**
 * The Fastify options for {@link restRoutes}: limits, request ids, and the contract's error form for requests that
 * reach no route.
 *
 * @param edge for the headers of those errors
 * @param accessLog for their lines
 */
export function fastifyOptions(log: Log, edge: EdgeOptions = closedEdge, accessLog = noAccessLog) {
  return {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // `checkRequests` refuses headers that are too long, and requests without a host.
    http: { maxHeaderSize: MAX_READ_HEADER_BYTES, requireHostHeader: false },
    // Node limits the length of paths. An id that is too long is refused by its field rule, not as an unknown path.
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    exposeHeadRoutes: true,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    forceCloseConnections: 'idle',
    // While closing, a request that arrives on an open connection is still served, with `connection: close`: no client
    // is refused because of timing, and each connection has at most one such request.
    return503OnClosing: false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      logRequest(request, reply, accessLog);
      void answerUnrouted(error, request, reply, { log, edge });
    },
    clientErrorHandler: connectionErrors(edge, accessLog),
  } satisfies FastifyHttpOptions<Server>;
}

/** Answers a request whose path cannot be decoded: Fastify runs no hooks for it. */
function answerUnrouted(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, edge }: { readonly log: Log; readonly edge: EdgeOptions },
): FastifyReply {
  const { method, headers } = request;
  const preflight = preflightAnswer(edge, method, headers);
  if (preflight !== undefined) {
    reply
      .hijack()
      .raw.writeHead(NO_CONTENT, { ...neverKept, ...preflight, 'x-request-id': request.id })
      .end();
    return reply;
  }
  return sendError(error, request, reply.headers(edgeHeaders(edge, headers.origin)), log);
}

/** Answers with the error for a thrown value, in the request's protocol. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  return sendHttpError(reply, httpErrorOf(error, request.id, log));
}

/** Answers an error: in the form of gRPC, gRPC-web or Connect if the request is one, and as JSON otherwise. */
export function sendHttpError(reply: FastifyReply, httpError: HttpError): FastifyReply {
  const wire = errorWire(reply.request.headers);
  return wire === undefined
    ? sendJsonError(reply, httpError)
    : sendWire(reply.headers(retryHeaders(httpError.error)), wire.errorAnswer(httpError));
}
