import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import Fastify from 'fastify';
import { Registry } from 'prom-client';
import { healthRoutes } from '#libs/engine/operations/health-routes.js';
import { metricsRoute } from '#libs/engine/operations/metrics-route.js';
import { Closing } from '#libs/engine/runtime/closing.js';
import { type Configuration, ConfigurationError } from '#libs/engine/runtime/configuration.js';
import { debugAddress, drain, holdAddress, listen } from '#libs/engine/runtime/http-listener.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { startTracing } from '#libs/engine/runtime/tracing/start-tracing.js';
import { composeProjector } from '#libs/registry/composition/compose-projector.js';
import { openStores } from '#libs/registry/composition/open-stores.js';
import { features } from '#libs/registry/features.js';

/** A running projector, active or standing by. */
export interface ProjectorServer {
  readonly url: string;
  /** Finishes the work under way, lets another projector take over, and closes everything. */
  stop(): Promise<void>;
}

/**
 * Runs the projections and serves their health and metrics.
 *
 * @throws ConfigurationError the stores are not shared, so a separate projector process has nothing to do
 */
export async function startProjector(configuration: Configuration, log: Log): Promise<ProjectorServer> {
  const { eventStoreUrl, mongoDbUrl } = configuration;
  if (eventStoreUrl === undefined || mongoDbUrl === undefined) {
    throw new ConfigurationError(
      'a projector needs APPLEDGER_EVENTSTORE_URL and APPLEDGER_MONGODB_URL: embedded stores belong to one process, which runs the projections itself',
    );
  }
  const closing = new Closing();
  try {
    const address = debugAddress(configuration) ?? configuration; // it serves only /debug
    const heldPort = await holdAddress(address);
    closing.add(() => heldPort.release());
    const tracing = await startTracing('appledger-projector', log);
    closing.add(async () => tracing?.stop());
    const stores = await openStores(configuration, log, { serves: true });
    closing.add(() => stores.close());
    const registry = new Registry();
    const projector = composeProjector(stores, { features, isOn: true, registry, log, tracing });
    closing.add(() => projector.stop());
    projector.start();
    const app = await NestFactory.createApplicationContext(TerminusModule.forRoot({ logger: false }), {
      logger: ['error', 'fatal'],
      abortOnError: false,
    });
    closing.add(() => app.close());
    const fastify = Fastify();
    healthRoutes(fastify, {
      ...stores,
      projector,
      projections: features.projections,
      checks: app.get(HealthCheckService),
    });
    metricsRoute(fastify, registry);
    closing.add(() => drain(fastify));
    return { url: await listen(fastify, address, heldPort), stop: () => closing.run() };
  } catch (error) {
    await closing.run();
    throw error;
  }
}
