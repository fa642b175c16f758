import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Code } from '#libs/engine/errors/code.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Admission } from '../../core/admission.js';
import { retryHeaders } from '../../core/answer-headers.js';
import { takeAnyBody } from '../../core/any-body.js';
import type { Call } from '../../core/call.js';
import { callName } from '../../core/call-name.js';
import { FastifyExchange } from '../../core/fastify-exchange.js';
import type { Protocol } from '../../core/protocol.js';
import { compileRun } from '../../core/run-call.js';
import { codeOf, httpErrorOf } from '../../errors/http-error-of.js';
import type { RequestMetrics } from '../../metrics/request-metrics.js';
import { codecsOf } from './codec.js';
import { rpcPath } from './rpc-path.js';
import { runMessage } from './run-message.js';
import { sendWire } from './send.js';
import { unsupportedMediaType } from './unsupported.js';
import { callTypes, rpcError, rpcWire } from './wires.js';

/** The calls served on their own paths, and their dependencies. */
export interface WireOptions {
  /** Every call, including unbound ones. */
  readonly calls: readonly Call[];
  readonly admission: Admission;
  readonly metrics: RequestMetrics;
  readonly log: Log;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

const EMPTY = Buffer.alloc(0);
const unsupported = unsupportedMediaType(callTypes);

/**
 * Serves every call on its own path, `/package.Service/Method`, as Connect and gRPC-web over either HTTP version; and
 * as gRPC if `grpcStreams` does not serve the request, such as over HTTP/1.1.
 */
export function wireRoutes(fastify: FastifyInstance, options: WireOptions): void {
  fastify.register((scope, _, done) => {
    takeAnyBody(scope);
    scope.setErrorHandler((error, request, reply) => {
      request.routeOptions.config.servedCall?.(request).meters[protocolOf(request)].refused(codeOf(error));
      return sendWireError(error, request, reply, options.log);
    });
    for (const call of options.calls) {
      const served = { name: callName(call.method), meters: options.metrics.of(call) };
      const config = { servedCall: () => served, protocolOf };
      scope.post(rpcPath(call.method), { config }, handlerOf(call, options));
    }
    done();
  });
}

function protocolOf({ headers }: FastifyRequest): Protocol {
  return rpcWire(headers['content-type'])?.protocol ?? 'connect';
}

function handlerOf(call: Call, { admission, metrics, log, stopping }: WireOptions) {
  const codecs = codecsOf(call);
  const meters = metrics.of(call);
  const run = compileRun(call, { admission, meters, stopping });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { headers } = request;
    const wire = rpcWire(headers['content-type']);
    if (wire === undefined) {
      meters.connect.refused(Code.INVALID_ARGUMENT);
      return sendWire(reply, unsupported);
    }
    const { decode, encode } = codecs[wire.codec];
    try {
      const body = request.body instanceof Buffer ? request.body : EMPTY;
      const exchange = new FastifyExchange(request, reply);
      const answer = await runMessage(run, call, wire.protocol, exchange, () => decode(wire.unwrap(body, headers)));
      return sendWire(reply, wire.answer(encode(answer)));
    } catch (error) {
      return sendWireError(error, request, reply, log);
    }
  };
}

function sendWireError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const httpError = httpErrorOf(error, request.id, log);
  reply.headers(retryHeaders(httpError.error));
  return sendWire(reply, rpcError(request.headers['content-type'], httpError));
}
