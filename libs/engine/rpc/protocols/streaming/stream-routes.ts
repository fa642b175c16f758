import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { StreamingCall } from '../../core/call.js';
import { callName } from '../../core/call-name.js';
import { FastifyExchange } from '../../core/fastify-exchange.js';
import type { Protocol } from '../../core/protocol.js';
import { rpcPath } from '../wire/rpc-path.js';
import { sendWire } from '../wire/send.js';
import { unsupportedMediaType } from '../wire/unsupported.js';
import { compileFramedStream, type StreamingServer } from './framed-stream.js';
import { replyDuplex } from './reply-duplex.js';
import { streamError, streamTypes, streamWire } from './stream-wire.js';

const needsHttp2 = ContractError.of(
  Code.UNIMPLEMENTED,
  'this call streams both ways, which needs HTTP/2; over HTTP/1.1 it takes a body whose length is in its header content-length',
);

/**
 * Serves the streaming calls whose requests come through Fastify: those over HTTP/1.1, and invalid ones over HTTP/2.
 * HTTP/1.1 sends the request before the answer: a bidirectional call is served if all of its requests are already sent
 * or on their way, and refused otherwise, because the client and the server might wait for each other.
 */
export function streamRoutes(fastify: FastifyInstance, options: StreamingServer): void {
  fastify.register((scope, _, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, parsed) => parsed(null, body)); // streamed, not buffered
    for (const call of options.streaming) {
      const served = { name: callName(call.method), meters: options.metrics.of(call) };
      const config = { servedCall: () => served, protocolOf };
      scope.post(rpcPath(call.method), { config }, handlerOf(call, options));
    }
    done();
  });
}

function protocolOf({ headers }: FastifyRequest): Protocol {
  return streamWire(headers['content-type'])?.protocol ?? 'connect';
}

function handlerOf(call: StreamingCall, options: StreamingServer) {
  const serve = compileFramedStream(call, options);
  const meters = options.metrics.of(call);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { headers } = request;
    const wire = streamWire(headers['content-type']);
    if (wire === undefined) {
      meters.connect.refused(Code.INVALID_ARGUMENT);
      return sendWire(reply, unsupportedMediaType(streamTypes));
    }
    if (call.method.methodKind === 'bidi_streaming' && headers['content-length'] === undefined) {
      meters[wire.protocol].refused(needsHttp2.code);
      return sendWire(reply.header('connection', 'close'), streamError(wire, needsHttp2));
    }
    reply.hijack();
    const exchange = new FastifyExchange(request, reply);
    await serve(wire, { exchange, incoming: request.raw, duplex: replyDuplex(reply, wire) });
    return reply;
  };
}
