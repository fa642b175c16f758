import { NestFactory } from '@nestjs/core';
import { HealthCheckService } from '@nestjs/terminus';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { idGenerator } from '#libs/engine/kernel/ids.js';
import { serveOperations } from '#libs/engine/operations/control-socket.js';
import { serveDebug } from '#libs/engine/operations/debug-port.js';
import { healthRoutes } from '#libs/engine/operations/health-routes.js';
import { metricsRoute } from '#libs/engine/operations/metrics-route.js';
import { isOfUse } from '#libs/engine/operations/readiness.js';
import { AccessLog, noAccessLog } from '#libs/engine/rpc/access-log/access-log.js';
import { bindCalls } from '#libs/engine/rpc/core/bind.js';
import { tracedCall, tracedStreamingCall } from '#libs/engine/rpc/core/traced-call.js';
import type { CorsOptions } from '#libs/engine/rpc/edge/cors.js';
import { documentationRoutes } from '#libs/engine/rpc/edge/documentation-routes.js';
import { CallerLimits } from '#libs/engine/rpc/limits/caller-limits.js';
import { RequestMetrics } from '#libs/engine/rpc/metrics/request-metrics.js';
import { serveProtocols } from '#libs/engine/rpc/serve-protocols.js';
import { Closing } from '#libs/engine/runtime/closing.js';
import { type Configuration, isLoopback } from '#libs/engine/runtime/configuration.js';
import type { HeldPort } from '#libs/engine/runtime/held-port.js';
import { debugAddress, drain, holdAddress, listen } from '#libs/engine/runtime/http-listener.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { startTracing } from '#libs/engine/runtime/tracing/start-tracing.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import { TokenAdmission } from '#libs/registry/access/admission.js';
import { claimNamesOf, configuredIssuer } from '#libs/registry/access/configured-issuer.js';
import type { DevelopmentIssuer } from '#libs/registry/access/development-issuer/development-issuer.js';
import { isLoopbackName } from '#libs/registry/access/development-issuer/oauth/oauth-clients.js';
import { IssuedTokens } from '#libs/registry/access/issued-tokens.js';
import { readRolePermissions } from '#libs/registry/access/roles-file.js';
import { signInAt } from '#libs/registry/access/sign-in.js';
import { TokenVerifier } from '#libs/registry/access/token-verifier.js';
import { StoredApplicationProjects } from '#libs/registry/applications/application-projects.js';
import { composeBackground } from '#libs/registry/composition/compose-background.js';
import { composeOperations } from '#libs/registry/composition/compose-operations.js';
import { composeProjector } from '#libs/registry/composition/compose-projector.js';
import { ledgerIndicator, ledgerMetrics } from '#libs/registry/composition/ledger/ledger-health.js';
import { openLedger } from '#libs/registry/composition/ledger/open-ledger.js';
import { logDamageMetric } from '#libs/registry/composition/log-damage-metric.js';
import { meteredEventStore } from '#libs/registry/composition/metered-event-store.js';
import { NodeNumber } from '#libs/registry/composition/node-number.js';
import { openStores, type Stores } from '#libs/registry/composition/open-stores.js';
import { apiDescription } from '#libs/registry/contract/documentation/api-description.js';
import { contractHeaders } from '#libs/registry/contract/headers.js';
import { ClientAuthentication } from '#libs/registry/credentials/index.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { AppModule, type Foundation } from './app.module.js';
import { type Development, keepsIssuerInFolder, openDevelopment, tokenCommandOf } from './development.js';
import { holdGatewayPort, openGateway } from './gateway.js';
import { registeredClients } from './registered-clients.js';
import { serverFacts } from './server-facts.js';
import { startPageRoute } from './start-page.js';
import { readTls } from './tls.js';

/** The default burst: as many calls as the rate permits in this time. */
const BURST_IN_SECONDS = 2;

/** A started server. */
export interface ApiServer {
  /** The URL at which callers reach it. */
  readonly url: string;
  /** The address on which it listens. */
  readonly address: string;
  /** The development issuer and its first project; undefined: another issuer signs the tokens. */
  readonly development: Development | undefined;
  /** Lets requests in flight finish, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Composes the server and listens.
 *
 * @param features what it serves
 * @throws Error the server cannot start, and everything is closed again; the message says what to do
 */
export async function startApiServer(configuration: Configuration, log: Log, features: FeatureSet): Promise<ApiServer> {
  const closing = new Closing();
  try {
    const tracing = await startTracing('appledger-api', log);
    closing.add(async () => tracing?.stop());
    const tls = await readTls(configuration);
    const needsFolder = keepsIssuerInFolder(configuration);
    const held = await holdPorts(configuration, closing);
    const stores = await openStores(configuration, log, { needsFolder, serves: true });
    closing.add(() => stores.close());
    const nodeNumber = new NodeNumber(sharedReadModelOf(stores), configuration.nodeId, log);
    closing.add(() => nodeNumber.stop());
    await nodeNumber.start();
    const nextId = idGenerator(systemClock, nodeNumber.current);
    const gateway = await openGateway(configuration, stores.wholeEventStore, tls, log, held.gateway);
    if (gateway !== undefined) closing.add(() => gateway.close());
    const registry = new Registry();
    const watermark = new Watermark();
    const projector = composeProjector(stores, {
      features,
      isOn: configuration.projections,
      registry,
      log,
      tracing,
      onOtherLog: () => watermark.reset(),
    });
    closing.add(() => projector.stop());
    logDamageMetric(stores.wholeEventStore, registry);
    const eventStore = meteredEventStore(stores.eventStore, registry, tracing);
    let expectations = configuredIssuer(configuration, log);
    const tokens = new IssuedTokens(() => expectations(), systemClock, log);
    let address: string | undefined;
    let admission: TokenAdmission | undefined;
    const opened = await openLedger(configuration, { stores, kinds: features.streams, log });
    if (opened !== undefined) closing.add(() => opened.close());
    const ledger = opened?.ledger;
    if (ledger !== undefined) ledgerMetrics(ledger, registry);
    const app = await createApp({
      ...stores,
      eventStore,
      projector,
      watermark,
      nextId,
      tracing,
      features,
      configuration,
      metrics: registry,
      tokens,
      log,
      ledger,
      admission: {
        admit(rule, request) {
          if (admission === undefined) throw new Error('the server has not started yet');
          return admission.admit(rule, request);
        },
      },
      serverUrl: () => configuration.publicUrl ?? address,
    });
    closing.add(() => app.close());
    projector.start();
    const background = composeBackground(
      { ...stores, eventStore },
      { features, instanceOf: (type) => app.get(type), registry, log },
    );
    closing.add(() => background.stop());
    background.start();
    const control = await openControl(stores, log);
    if (control !== undefined) closing.add(() => control.close());
    const development = await openDevelopment(configuration, stores, nextId, app.get(Dispatcher), log);
    if (development !== undefined) closing.add(() => development.firstProject.stop());
    const issuer = development?.issuer;

    const { calls, streaming } = bindCalls(
      features.contract,
      features.callClasses.map((service) => app.get<object>(service)),
    );
    if (issuer !== undefined) expectations = issuer.expectations;
    const roles = await readRolePermissions(configuration.rolesFile, features.rolePermissions);
    const permitted = app.get(StoredApplicationProjects);
    admission = new TokenAdmission(
      new TokenVerifier(tokens, claimNamesOf(configuration)),
      roles,
      limitsOf(configuration),
      permitted,
    );
    const accessLog = configuration.accessLog ? new AccessLog(log) : noAccessLog;
    const health = {
      ...stores,
      ...background,
      projector,
      projections: features.projections,
      checks: app.get(HealthCheckService),
      ...(ledger && { further: () => [ledgerIndicator(ledger)] }),
    };
    const fastify = serveProtocols({
      services: features.contract.services,
      calls: tracing === undefined ? calls : calls.map((call) => tracedCall(call, tracing)),
      streaming: tracing === undefined ? streaming : streaming.map((call) => tracedStreamingCall(call, tracing)),
      routes: features.routes.map(({ handler, ...route }) => ({ ...route, handler: app.get(handler) })),
      admission,
      metrics: new RequestMetrics(registry),
      log,
      accessLog,
      tls,
      ready: () => isOfUse(health),
      edge: { cors: corsOf(configuration), tls: tls !== undefined },
    });
    documentationRoutes(fastify, apiDescription(features), {
      url: configuration.publicUrl,
      tokenCommand: tokenCommandOf(configuration),
      signIn: signInAt(configuration, log),
    });
    startPageRoute(fastify, () => serverFacts(configuration, configuration.publicUrl ?? address ?? '', development));
    issuer?.registerRoutes(fastify, {
      clients: registeredClients(app.get(ClientAuthentication), stores.documents, app.get(Freshness)),
      records: stores.readModel,
      log,
      isLocal: isReachedLocally(configuration),
      ownUrls: () => (address === undefined ? [] : [address]),
    });
    const debugRoutes = (server: FastifyInstance) => {
      healthRoutes(server, health);
      metricsRoute(server, registry);
    };
    const debug = await serveDebug(configuration, held.debug, fastify, debugRoutes, log);
    if (debug !== undefined) closing.add(() => drain(debug));
    closing.add(() => drain(fastify));
    address = await listen(fastify, configuration, held.api);
    const url = configuration.publicUrl ?? address;
    await issuer?.serveAt(url, stores.folder?.readOnly);
    if (issuer !== undefined && stores.folder?.readOnly !== true) {
      const machineKey = createMachineKey(issuer, log); // takes a while, and nobody waits for it
      closing.add(() => machineKey);
    }
    return { url, address, development, stop: () => closing.run() };
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function createMachineKey(issuer: DevelopmentIssuer, log: Log): Promise<void> {
  try {
    await issuer.ensureMachineKey();
  } catch (err) {
    log.warn({ err, file: issuer.machineKeyFile }, 'the key of the machine user could not be created');
  }
}

/** Whether only programs of this machine reach the server. */
function isReachedLocally({ host, publicUrl }: Configuration): boolean {
  return isLoopback(host) && (publicUrl === undefined || isLoopbackName(new URL(publicUrl).hostname));
}

/** Reserves the ports before anything is written: a server that cannot get one of them leaves nothing behind. */
async function holdPorts(configuration: Configuration, closing: Closing) {
  const keep = <Held extends HeldPort | undefined>(held: Held): Held => {
    closing.add(async () => held?.release());
    return held;
  };
  const api = keep(await holdAddress(configuration));
  const gateway = keep(await holdGatewayPort(configuration));
  const debugAt = debugAddress(configuration);
  const debug = debugAt && keep(await holdAddress(debugAt));
  return { api, gateway, debug };
}

/** Nest runs commands, queries and their handlers, but not HTTP (docs/decisions/0004-nest-without-its-router.md). */
async function createApp(foundation: Foundation) {
  return NestFactory.createApplicationContext(AppModule.on(foundation), {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
}

/** Serves operators: while this process has the stores open, no other process can open them. */
async function openControl(stores: Stores, log: Log) {
  const { folder } = stores;
  if (folder === undefined || folder.readOnly) return undefined;
  return serveOperations(folder.path, composeOperations(stores), log);
}

/** The read model through which processes that write to one event store coordinate. */
function sharedReadModelOf({ readModel, readModelIsShared }: Stores): Stores['readModel'] | undefined {
  return readModelIsShared ? readModel : undefined;
}

/** The origins whose pages may call; undefined: none. */
function corsOf({ corsOrigins: origins }: Configuration): CorsOptions | undefined {
  const { request: requestHeaders, answer: answerHeaders } = contractHeaders;
  return origins && { origins, requestHeaders, answerHeaders };
}

function limitsOf({ rateLimit, rateBurst }: Configuration): CallerLimits | undefined {
  if (rateLimit === undefined) return undefined;
  const burst = rateBurst ?? rateLimit * BURST_IN_SECONDS;
  return new CallerLimits({ perSecond: rateLimit, burst }, systemClock);
}
