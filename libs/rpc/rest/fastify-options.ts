import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#libs/platform/logger.js';
import { retryHeaders } from '../answer-headers.js';
import { faultFor } from '../fault-for.js';
import { connectionFault, type HttpFault } from '../http-fault.js';
import { KEEP_ALIVE_MS, MAX_BODY_BYTES, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from '../limits.js';
import { requestIdOf } from '../request-identity.js';
import { sendWire } from '../wire/send.js';
import { framedWire } from '../wire/wires.js';
import { answerHeaders, sendError } from './answer.js';
import { errorBody } from './error-body.js';

/**
 * How Fastify must be set up for {@link restRoutes}: limits, request ids, and the errors that never reach a route in
 * the contract's own form.
 */
export function fastifyOptions(log: Log) {
  return {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    // A path that Node has let in is short enough: an id that is too long is refused by its own rule, not as unknown.
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    exposeHeadRoutes: false,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    forceCloseConnections: 'idle',
    // While closing, a request that still comes over an open connection is served, with `connection: close`: nobody
    // is refused for having asked a moment too late, and each connection has one such request at most.
    return503OnClosing: false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void sendFailure(error, request, reply, log);
    },
    clientErrorHandler: answerConnectionError,
  } satisfies FastifyHttpOptions<Server>;
}

/** Answers whatever was thrown, in the protocol that the request came by. */
export function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  return sendFault(reply, faultFor(error, request.id, log));
}

/** Answers a fault: framed to who speaks gRPC or gRPC-web, as JSON to everybody else. */
export function sendFault(reply: FastifyReply, fault: HttpFault): FastifyReply {
  const wire = framedWire(reply.request.headers['content-type']);
  return wire === undefined
    ? sendError(reply, fault)
    : sendWire(reply.headers(retryHeaders(fault.error)), wire.failure(fault));
}

/** Answers bytes that are no HTTP request, on the bare connection, which then ends. */
function answerConnectionError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const fault = connectionFault(error);
  const body = errorBody(fault.error);
  const headers = {
    ...answerHeaders,
    'x-request-id': requestIdOf(undefined),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(
    [`HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}`, ...lines, '', body].join('\r\n'),
    () => socket.destroy(), // the client may still be sending
  );
}
