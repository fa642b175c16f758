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
    /** For the request's line in the access log; undefined: it gets none. */
    record?: RequestRecord | undefined;
  }
  interface FastifyContextConfig {
    /** The protocol of its requests, where {@link framedProtocol} is not it. */
    readonly protocolOf?: (request: FastifyRequest) => Protocol;
  }
}

/** Gives each request that Fastify routes a line in the access log. Before any other hook. */
export function logRequests(fastify: FastifyInstance, accessLog: AccessLog): void {
  if (!accessLog.isOn) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    logRequest(request, reply, accessLog);
    done();
  });
}

/** The same for a request that no hook sees. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, accessLog: AccessLog): void {
  const head = () => headOf(request);
  request.record = accessLog.begin(head, reply.raw, (record) => {
    // Answers that Fastify itself has sent tell their length in a header.
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
