import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { neverKept } from '../../core/answer-headers.js';
import { callName } from '../../core/call-name.js';
import { timeoutOf } from '../../core/deadline.js';
import { faultFor } from '../../core/fault-for.js';
import type { Protocol } from '../../core/protocol.js';
import { rpcPath } from '../wire/rpc-path.js';
import { sendWire } from '../wire/send.js';
import { unsupportedMediaType } from '../wire/unsupported.js';
import { type Duplex, serveStreaming } from './serve-streaming.js';
import { type StreamWire, streamFailure, streamTypes, streamWire } from './stream-wire.js';
import type { StreamingCall } from './streaming-call.js';

/** What streams over HTTP/1.1, and what is needed for it. */
export interface StreamRouteOptions {
  readonly streaming: readonly StreamingCall[];
  readonly log: Log;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

const needsHttp2 = ContractError.of(
  Code.UNIMPLEMENTED,
  'this call streams both ways, which needs HTTP/2; over HTTP/1.1 it takes a body whose length is in its header content-length',
);

/**
 * Serves the calls that stream where they come by Fastify: over HTTP/1.1, and as whatever is not theirs over HTTP/2.
 * HTTP/1.1 has one direction after the other: a call that streams both ways is served when all of its requests are on
 * their way, and refused otherwise, for the client and the server might wait for each other.
 */
export function streamRoutes(fastify: FastifyInstance, options: StreamRouteOptions): void {
  fastify.register((scope, _, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, parsed) => parsed(null, body)); // read as it comes
    for (const call of options.streaming) {
      const config = { callName: callName(call.method), protocolOf };
      scope.post(rpcPath(call.method), { config }, handlerOf(call, options));
    }
    done();
  });
}

function protocolOf({ headers }: FastifyRequest): Protocol {
  return streamWire(headers['content-type'])?.protocol ?? 'connect';
}

function handlerOf(call: StreamingCall, { log, stopping }: StreamRouteOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { headers, id } = request;
    const wire = streamWire(headers['content-type']);
    if (wire === undefined) return sendWire(reply, unsupportedMediaType(streamTypes));
    if (call.method.methodKind === 'bidi_streaming' && headers['content-length'] === undefined) {
      return sendWire(reply.header('connection', 'close'), streamFailure(wire, needsHttp2));
    }
    reply.hijack();
    await serveStreaming(call, duplexOf(reply, wire), {
      wire,
      stopping,
      record: request.record,
      timeoutMs: () => timeoutOf(headers),
      errorFor: (error) => faultFor(error, id, log).error,
    });
    return reply;
  };
}

function duplexOf(reply: FastifyReply, { headers }: StreamWire): Duplex {
  const { raw, request } = reply;
  return {
    incoming: request.raw,
    outgoing: raw,
    begin: () => {
      raw.writeHead(200, { ...neverKept, ...headers, 'x-request-id': request.id } as OutgoingHttpHeaders);
      raw.flushHeaders();
    },
    trailers: (trailers) => raw.addTrailers(trailers),
  };
}
