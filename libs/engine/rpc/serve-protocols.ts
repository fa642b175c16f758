import { setMaxListeners } from 'node:events';
import Fastify, { type FastifyInstance } from 'fastify';
import { Health } from '#libs/engine/contract/gen/grpc/health/v1/health_pb.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import { type AccessLog, noAccessLog } from './access-log/access-log.js';
import { logRequests } from './access-log/fastify-access-log.js';
import type { Admission } from './core/admission.js';
import { type BoundCalls, bindCalls } from './core/bind.js';
import type { Call, StreamingCall } from './core/call.js';
import type { ServedService } from './core/contract.js';
import { closedEdge, type EdgeOptions, serveEdge } from './edge/edge.js';
import { OnePort } from './listener/one-port.js';
import { streamRefusal } from './listener/stream-refusal.js';
import type { RequestMetrics } from './metrics/request-metrics.js';
import { grpcStreams } from './protocols/grpc/grpc-streams.js';
import { HealthRpc, healthContract, type Readiness } from './protocols/grpc/health.js';
import { reflectionCalls } from './protocols/grpc/reflection.js';
import { fastifyOptions } from './protocols/rest/fastify-options.js';
import { answerEverythingElse, restRoutes } from './protocols/rest/rest-routes.js';
import { type StreamTimes, usualTimes } from './protocols/streaming/answer-writer.js';
import { http2Streaming } from './protocols/streaming/http2-streaming.js';
import { streamRoutes } from './protocols/streaming/stream-routes.js';
import { wireRoutes } from './protocols/wire/wire-routes.js';
import type { HttpRoute } from './routes/http-route.js';
import { httpRoutes } from './routes/http-routes.js';

/** The services and routes of a server, and their dependencies. */
export interface ProtocolOptions {
  /** The services whose calls are served. */
  readonly services: readonly ServedService[];
  /** Every call of the contract, from `bindCalls`. */
  readonly calls: readonly Call[];
  /** Every streaming call; default: none. */
  readonly streaming?: readonly StreamingCall[];
  /** Timeouts of streamed answers; default: {@link usualTimes}. */
  readonly times?: StreamTimes;
  /** Plain HTTP routes; default: none. */
  readonly routes?: readonly HttpRoute[];
  readonly admission: Admission;
  /** Counts the requests. */
  readonly metrics: RequestMetrics;
  readonly log: Log;
  /** undefined: without TLS. */
  readonly tls: TlsCredentials | undefined;
  /** The access log; default: none. */
  readonly accessLog?: AccessLog;
  /** The health that grpc.health.v1 reports. */
  readonly ready: Readiness;
  /** CORS and security headers; default: pages of other origins may not call. */
  readonly edge?: EdgeOptions;
}

/**
 * Serves every call as REST, gRPC, gRPC-web and Connect on one port, together with grpc.health.v1 and reflection. The
 * caller starts to listen. Closing Fastify waits for the requests in flight, on HTTP/2 too, and ends streams.
 */
export function serveProtocols(options: ProtocolOptions): FastifyInstance {
  const { services, admission, metrics, log, tls, edge = closedEdge, accessLog = noAccessLog, routes = [] } = options;
  const { times = usualTimes } = options;
  const tools = toolCalls(options);
  const calls = [...options.calls, ...tools.calls];
  const streaming = [...(options.streaming ?? []), ...tools.streaming];
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // one for each open stream
  const server = { admission, metrics, log, edge, accessLog, stopping: stopping.signal, times };
  const [unary, streamed] = [grpcStreams({ ...server, calls }), http2Streaming({ ...server, streaming })];
  const port = new OnePort(tls, (...stream) => unary(...stream) || streamed(...stream), streamRefusal(edge, accessLog));
  const fastify = Fastify({ ...fastifyOptions(log, edge, accessLog), serverFactory: port.serverFactory });
  logRequests(fastify, accessLog);
  serveEdge(fastify, edge);
  answerEverythingElse(fastify, metrics, log);
  fastify.addHook('preClose', async () => {
    stopping.abort();
    port.close();
  });
  restRoutes(fastify, { ...server, services, calls: options.calls, streaming: options.streaming ?? [] });
  wireRoutes(fastify, { ...server, calls });
  streamRoutes(fastify, { ...server, streaming });
  httpRoutes(fastify, { ...server, routes });
  return fastify;
}

/** The calls of the services for tools that every server has: health and reflection. */
function toolCalls({ services, ready }: ProtocolOptions): BoundCalls {
  const served = services.map(({ service }) => service);
  const names = served.map(({ typeName }) => typeName);
  const { calls, streaming } = bindCalls(healthContract, [new HealthRpc(names, ready)]);
  return { calls, streaming: [...streaming, ...reflectionCalls([...served, Health])] };
}
