import { HealthCheckService } from '@nestjs/terminus';
import type { FastifyInstance } from 'fastify';
import { serveDebug } from '#libs/engine/operations/debug-port.js';
import { healthRoutes } from '#libs/engine/operations/health-routes.js';
import { metricsRoute } from '#libs/engine/operations/metrics-route.js';
import { type HealthParts, isOfUse } from '#libs/engine/operations/readiness.js';
import { AccessLog, noAccessLog } from '#libs/engine/rpc/access-log/access-log.js';
import type { Admission } from '#libs/engine/rpc/core/admission.js';
import { bindCalls } from '#libs/engine/rpc/core/bind.js';
import { tracedCall, tracedStreamingCall } from '#libs/engine/rpc/core/traced-call.js';
import type { CorsOptions } from '#libs/engine/rpc/edge/cors.js';
import { documentationRoutes } from '#libs/engine/rpc/edge/documentation-routes.js';
import { RequestMetrics } from '#libs/engine/rpc/metrics/request-metrics.js';
import { serveProtocols } from '#libs/engine/rpc/serve-protocols.js';
import type { Closing } from '#libs/engine/runtime/closing.js';
import { type Configuration, isLoopback } from '#libs/engine/runtime/configuration.js';
import { drain, listen } from '#libs/engine/runtime/http-listener.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import { isLoopbackName } from '#libs/registry/access/development-issuer/oauth/oauth-clients.js';
import { signInAt } from '#libs/registry/access/sign-in.js';
import { ledgerIndicator } from '#libs/registry/composition/ledger/ledger-health.js';
import { apiDescription } from '#libs/registry/contract/documentation/api-description.js';
import { contractHeaders } from '#libs/registry/contract/headers.js';
import { ClientAuthentication } from '#libs/registry/credentials/index.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import type { Core } from './core.js';
import { type Development, tokenCommandOf } from './development.js';
import type { Ports } from './ports.js';
import { registeredClients } from './registered-clients.js';
import { serverFacts } from './server-facts.js';
import { startPageRoute } from './start-page.js';

/** What the HTTP server is made of. */
export interface HttpParts {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly features: FeatureSet;
  readonly core: Core;
  readonly admission: Admission;
  readonly tls: TlsCredentials | undefined;
  readonly tracing: Tracing | undefined;
  readonly development: Development | undefined;
  readonly ports: Ports;
  /** The address on which the server listens; undefined: it does not yet. */
  readonly address: () => string | undefined;
}

/**
 * Serves the calls, the documentation, the start page, the development issuer and the probes, and listens.
 *
 * @param closing gets what ends them
 * @returns the address on which it listens
 * @throws Error it cannot listen; the message names the variable
 */
export async function serveHttp(parts: HttpParts, closing: Closing): Promise<string> {
  const { configuration, log, core, ports } = parts;
  const health = healthOf(parts);
  const fastify = serveCalls(parts, health);
  servePages(fastify, parts);
  serveIssuer(fastify, parts);
  const debugRoutes = (server: FastifyInstance) => {
    healthRoutes(server, health);
    metricsRoute(server, core.metrics);
  };
  const debug = await serveDebug(configuration, ports.debug, fastify, debugRoutes, log);
  if (debug !== undefined) closing.add(() => drain(debug));
  closing.add(() => drain(fastify));
  return listen(fastify, configuration, ports.api);
}

function healthOf({ core, features }: HttpParts): HealthParts {
  const { stores, background, projector, ledger, app } = core;
  return {
    ...stores,
    ...background,
    projector,
    projections: features.projections,
    checks: app.get(HealthCheckService),
    ...(ledger && { further: () => [ledgerIndicator(ledger)] }),
  };
}

function serveCalls(parts: HttpParts, health: HealthParts): FastifyInstance {
  const { configuration, log, features, core, admission, tls, tracing } = parts;
  const { app } = core;
  const { calls, streaming } = bindCalls(
    features.contract,
    features.callClasses.map((service) => app.get<object>(service)),
  );
  return serveProtocols({
    services: features.contract.services,
    calls: tracing === undefined ? calls : calls.map((call) => tracedCall(call, tracing)),
    streaming: tracing === undefined ? streaming : streaming.map((call) => tracedStreamingCall(call, tracing)),
    routes: features.routes.map(({ handler, ...route }) => ({ ...route, handler: app.get(handler) })),
    admission,
    metrics: new RequestMetrics(core.metrics),
    log,
    accessLog: configuration.accessLog ? new AccessLog(log) : noAccessLog,
    tls,
    ready: () => isOfUse(health),
    edge: { cors: corsOf(configuration), tls: tls !== undefined },
  });
}

function servePages(fastify: FastifyInstance, { configuration, log, features, development, address }: HttpParts): void {
  documentationRoutes(fastify, apiDescription(features), {
    url: configuration.publicUrl,
    tokenCommand: tokenCommandOf(configuration),
    signIn: signInAt(configuration, log),
  });
  startPageRoute(fastify, () => serverFacts(configuration, configuration.publicUrl ?? address() ?? '', development));
}

function serveIssuer(fastify: FastifyInstance, { configuration, log, core, development, address }: HttpParts): void {
  const { app, stores } = core;
  development?.issuer.registerRoutes(fastify, {
    clients: registeredClients(app.get(ClientAuthentication), stores.documents, app.get(Freshness)),
    records: stores.readModel,
    log,
    isLocal: isReachedLocally(configuration),
    ownUrls: () => {
      const own = address();
      return own === undefined ? [] : [own];
    },
  });
}

/** Whether only programs of this machine reach the server. */
function isReachedLocally({ host, publicUrl }: Configuration): boolean {
  return isLoopback(host) && (publicUrl === undefined || isLoopbackName(new URL(publicUrl).hostname));
}

/** The origins whose pages may call; undefined: none. */
function corsOf({ corsOrigins: origins }: Configuration): CorsOptions | undefined {
  const { request: requestHeaders, answer: answerHeaders } = contractHeaders;
  return origins && { origins, requestHeaders, answerHeaders };
}
