import Fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import { type AccessLog, noAccessLog } from './access-log/access-log.js';
import { logRequests } from './access-log/fastify-access-log.js';
import type { Admission } from './core/admission.js';
import type { Call } from './core/call.js';
import type { ServedService } from './core/contract.js';
import { closedEdge, type EdgeOptions, serveEdge } from './edge/edge.js';
import { OnePort } from './listener/one-port.js';
import { streamRefusal } from './listener/stream-refusal.js';
import type { RequestMetrics } from './metrics/request-metrics.js';
import { grpcStreams } from './protocols/grpc/grpc-streams.js';
import { HealthService, healthCalls, type Readiness } from './protocols/grpc/health.js';
import { reflectionCalls } from './protocols/grpc/reflection.js';
import { fastifyOptions } from './protocols/rest/fastify-options.js';
import { answerEverythingElse, restRoutes } from './protocols/rest/rest-routes.js';
import { http2Streaming } from './protocols/streaming/http2-streaming.js';
import { streamRoutes } from './protocols/streaming/stream-routes.js';
import { wireRoutes } from './protocols/wire/wire-routes.js';

/** What is served, and what is needed for it. */
export interface ProtocolOptions {
  /** The services whose calls are served. */
  readonly services: readonly ServedService[];
  /** Every call of the contract, from `bindCalls`. */
  readonly calls: readonly Call[];
  readonly admission: Admission;
  /** Counts the requests. */
  readonly metrics: RequestMetrics;
  readonly log: Log;
  /** undefined: without TLS. */
  readonly tls: TlsCredentials | undefined;
  /** Where each request gets a line; default: nowhere. */
  readonly accessLog?: AccessLog;
  /** What grpc.health.v1 answers. */
  readonly ready: Readiness;
  /** What browsers are told; default: that no page may call. */
  readonly edge?: EdgeOptions;
}

/**
 * Serves every call alike as REST, gRPC, gRPC-web and Connect on one port, which is yet to be listened on. Closing
 * Fastify lets what is under way finish, on HTTP/2 too.
 */
export function serveProtocols(options: ProtocolOptions): FastifyInstance {
  const { calls, admission, metrics, log, tls, ready, edge = closedEdge, accessLog = noAccessLog } = options;
  const services = options.services.map(({ service }) => service);
  const health = healthCalls(
    services.map(({ typeName }) => typeName),
    ready,
  );
  const rpc = { calls: [...calls, health.check], admission, metrics, log, accessLog };
  const streaming = [health.watch, ...reflectionCalls([...services, HealthService])];
  const stopping = new AbortController();
  const streams = { streaming, log, edge, accessLog, stopping: stopping.signal };
  const [unary, streamed] = [grpcStreams({ ...rpc, edge }), http2Streaming(streams)];
  const port = new OnePort(tls, (...stream) => unary(...stream) || streamed(...stream), streamRefusal(edge, accessLog));
  const fastify = Fastify({ ...fastifyOptions(log, edge, accessLog), serverFactory: port.serverFactory });
  logRequests(fastify, accessLog);
  serveEdge(fastify, edge);
  answerEverythingElse(fastify, metrics, log);
  fastify.addHook('preClose', async () => {
    stopping.abort();
    port.close();
  });
  restRoutes(fastify, { calls, services: options.services, admission, metrics, log });
  wireRoutes(fastify, rpc);
  streamRoutes(fastify, streams);
  return fastify;
}
