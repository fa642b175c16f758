import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Protocol } from '../core/protocol.js';
import { traceparentOf } from '../core/request-identity.js';
import { framedProtocol } from '../protocols/rest/framed-protocol.js';
import type { AccessLog } from './access-log.js';
import { outcomeOf } from './outcome-names.js';
import type { RequestHead, RequestRecord } from './request-record.js';
import { shownPath, shownWord } from './shown-path.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's record for the access log; undefined: no line is written. */
    record?: RequestRecord | undefined;
  }
  interface FastifyContextConfig {
    /** The protocol of the route's requests; default: the result of {@link framedProtocol}. */
    readonly protocolOf?: (request: FastifyRequest) => Protocol;
  }
}

/** Writes a line in the access log for each request that Fastify routes. Register it before any other hook. */
export function logRequests(fastify: FastifyInstance, accessLog: AccessLog): void {
  if (!accessLog.isOn) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    logRequest(request, reply, accessLog);
    done();
  });
}

/** The same for a request for which Fastify runs no hooks. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, accessLog: AccessLog): void {
  const head = () => headOf(request);
  request.record = accessLog.begin(head, reply.raw, (record) => {
    // Answers sent by Fastify itself have their length in a header.
    if (record.outcome !== undefined || !reply.raw.headersSent) return;
    record.sent(Number(reply.getHeader('content-length') ?? 0), outcomeOf(reply.raw.statusCode));
  });
}

function headOf(request: FastifyRequest): RequestHead {
  const { id, headers, method, routeOptions, url } = request;
  const { servedCall, protocolOf = framedProtocol } = routeOptions.config;
  return {
    requestId: id,
    protocol: protocolOf(request),
    method: servedCall?.(request).name ?? `${shownWord(method)} ${routeOptions.url ?? shownPath(url)}`,
    traceparent: traceparentOf(headers.traceparent),
  };
}
