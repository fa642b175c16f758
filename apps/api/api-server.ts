import { randomInt } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService } from '@nestjs/terminus';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { DevelopmentIssuer } from '#libs/auth/development-issuer/development-issuer.js';
import { issuerKeys } from '#libs/auth/issuer-keys.js';
import { readRolePermissions } from '#libs/auth/roles-file.js';
import { type TokenExpectations, TokenVerifier } from '#libs/auth/token-verifier.js';
import { openStores, type Stores } from '#libs/composition/open-stores.js';
import { contractServices } from '#libs/contract/served-calls.js';
import { systemClock } from '#libs/kernel/clock.js';
import { type IdGenerator, idGenerator, MAX_NODE } from '#libs/kernel/ids.js';
import { healthRoutes, isReady } from '#libs/operations/health-routes.js';
import { metricsRoute } from '#libs/operations/metrics-route.js';
import type { Configuration } from '#libs/platform/configuration.js';
import { Dispatcher } from '#libs/platform/dispatcher.js';
import type { Log } from '#libs/platform/logger.js';
import { projections } from '#libs/projections/projections.js';
import { ProjectionMetrics } from '#libs/projections/runner/projection-metrics.js';
import { Projector, type ProjectorMode } from '#libs/projections/runner/projector.js';
import { Admission } from '#libs/rpc/admission.js';
import { bindCalls } from '#libs/rpc/bind.js';
import type { OnePort } from '#libs/rpc/port/one-port.js';
import { serveProtocols } from '#libs/rpc/serve-protocols.js';
import { AppModule, rpcServices } from './app.module.js';
import { ensureFirstProject } from './first-project.js';
import { openGateway } from './gateway.js';
import { readTls } from './tls.js';

/** A server that answers. */
export interface ApiServer {
  readonly url: string;
  /** The issuer of its tokens, when it has one of its own. */
  readonly developmentIssuer: DevelopmentIssuer | undefined;
  /** Lets requests in flight finish, then closes everything. */
  stop(): Promise<void>;
}

/** Requests that are still in flight after this are cut off: a supervisor waits longer, but not for ever. */
const DRAIN_MS = 3_000;

/** A way to close what has been opened so far, last first. */
class Closing {
  readonly #steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }
}

/**
 * Puts everything together and listens.
 *
 * @throws Error nothing has been left open; the message says what to do
 */
export async function startApiServer(configuration: Configuration, log: Log): Promise<ApiServer> {
  const closing = new Closing();
  try {
    const stores = await openStores(configuration, log);
    closing.add(() => stores.close());
    const gateway = await openGateway(configuration, stores.eventStore, log);
    if (gateway !== undefined) closing.add(() => gateway.close());
    const nextId = idGenerator(systemClock, configuration.nodeId ?? randomInt(MAX_NODE + 1));
    const registry = new Registry();
    const projector = createProjector(configuration, stores, registry, log);
    closing.add(() => projector.stop());
    const app = await createApp(configuration, stores, projector, nextId);
    closing.add(() => app.close());
    projector.start();
    const issuer = await openDevelopmentIssuer(configuration, stores, nextId);
    if (issuer !== undefined) {
      const firstProject = await ensureFirstProject(app.get(Dispatcher), issuer.first, log);
      closing.add(() => firstProject.stop());
    }

    const calls = bindCalls(
      contractServices.map(({ service }) => service),
      rpcServices.map((service) => app.get<object>(service)),
    );
    const verifier = new TokenVerifier(issuer?.expectations ?? expectationsOf(configuration), systemClock);
    const admission = new Admission(verifier, await readRolePermissions(configuration.rolesFile));
    const health = { ...stores, projector, checks: app.get(HealthCheckService) };
    const tls = await readTls(configuration);
    const { fastify, port } = serveProtocols({ calls, admission, log, tls, ready: () => isReady(health) });
    healthRoutes(fastify, health);
    metricsRoute(fastify, registry);
    issuer?.registerRoutes(fastify);
    closing.add(() => drain(fastify, port));
    const url = await listen(fastify, configuration);
    await issuer?.serveAt(url, stores.folder.readOnly);
    return { url, developmentIssuer: issuer, stop: () => closing.run() };
  } catch (error) {
    await closing.run();
    throw error;
  }
}

/** Nest's part: commands, queries and their handlers. HTTP is not Nest's (docs/decisions/0004-nest-without-its-router.md). */
async function createApp(
  { readPatienceMs }: Configuration,
  { eventStore, documents }: Stores,
  projector: Projector,
  nextId: IdGenerator,
) {
  const foundation = { eventStore, documents, projector, nextId, readPatienceMs };
  return NestFactory.createApplicationContext(AppModule.on(foundation), {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
}

function createProjector({ projections: on }: Configuration, stores: Stores, registry: Registry, log: Log): Projector {
  const mode: ProjectorMode = !on ? 'off' : stores.readModelIsShared ? 'shared' : 'alone';
  const metrics = new ProjectionMetrics(registry);
  return new Projector(projections, mode, { ...stores, log, metrics, clock: systemClock });
}

async function openDevelopmentIssuer({ issuer }: Configuration, { folder }: Stores, nextId: IdGenerator) {
  return issuer === undefined ? DevelopmentIssuer.open(folder.path, nextId, systemClock) : undefined;
}

function expectationsOf({ issuer = '', audience = '' }: Configuration): () => TokenExpectations {
  const expectations = { issuer, audience, keys: issuerKeys(issuer) };
  return () => expectations;
}

/** @throws Error the address cannot be had; the message names the variable */
async function listen(fastify: FastifyInstance, { host, port, tlsCert }: Configuration): Promise<string> {
  try {
    await fastify.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new Error(`APPLEDGER_PORT ${port} is in use on ${host}: stop what listens there, or choose another port`);
    }
    throw new Error(`APPLEDGER_HOST ${host} with APPLEDGER_PORT ${port} cannot be listened on (${code ?? error})`);
  }
  return urlOf(fastify.server.address() as AddressInfo, tlsCert === undefined ? 'http' : 'https');
}

/** Where this machine reaches the server; an address that stands for all is reached by loopback. */
function urlOf({ address, family, port }: AddressInfo, scheme: 'http' | 'https'): string {
  if (address === '0.0.0.0' || address === '::') return `${scheme}://127.0.0.1:${port}`;
  return family === 'IPv6' ? `${scheme}://[${address}]:${port}` : `${scheme}://${address}:${port}`;
}

/** Takes no new connections and waits for the requests in flight, but not for ever. */
async function drain(fastify: FastifyInstance, port: OnePort): Promise<void> {
  const cutOff = setTimeout(() => {
    port.destroy();
    fastify.server.closeAllConnections();
  }, DRAIN_MS);
  try {
    await fastify.close();
  } finally {
    clearTimeout(cutOff);
  }
}
