import { finished } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange } from './call-context.js';

/** What a call takes from a request that came through Fastify, and gives to its answer. */
export function fastifyExchange(request: FastifyRequest, reply: FastifyReply): Exchange {
  return {
    requestId: request.id,
    headers: request.headers,
    remoteAddress: () => request.ip,
    setHeader: (name, value) => void reply.header(name, value),
    onOver: (callback) => void finished(reply.raw, { readable: false }, callback),
  };
}
