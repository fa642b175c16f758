import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Registry } from 'prom-client';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { type IdGenerator, idGenerator } from '#libs/engine/kernel/ids.js';
import type { Ledger } from '#libs/engine/ledger/ledger.js';
import { serveOperations } from '#libs/engine/operations/control-socket.js';
import type { Projector } from '#libs/engine/projector/projector.js';
import type { Admission } from '#libs/engine/rpc/core/admission.js';
import type { Closing } from '#libs/engine/runtime/closing.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { HeldPort } from '#libs/engine/runtime/held-port.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import type { TokenSource } from '#libs/registry/access/index.js';
import { type Background, composeBackground } from '#libs/registry/composition/compose-background.js';
import { composeOperations } from '#libs/registry/composition/compose-operations.js';
import { composeProjector } from '#libs/registry/composition/compose-projector.js';
import { ledgerMetrics } from '#libs/registry/composition/ledger/ledger-health.js';
import { openLedger } from '#libs/registry/composition/ledger/open-ledger.js';
import { logDamageMetric } from '#libs/registry/composition/log-damage-metric.js';
import { meteredEventStore } from '#libs/registry/composition/metered-event-store.js';
import { NodeNumber } from '#libs/registry/composition/node-number.js';
import { openStores, type Stores } from '#libs/registry/composition/open-stores.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { AppModule, type Foundation } from './app.module.js';
import { keepsIssuerInFolder } from './development.js';
import { openGateway } from './gateway.js';

/** What the core depends on. */
export interface CoreParts {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly features: FeatureSet;
  readonly tracing: Tracing | undefined;
  readonly tokens: TokenSource;
  readonly admission: Admission;
  /** The URL at which callers reach the server; undefined: it does not listen yet. */
  readonly serverUrl: () => string | undefined;
  /** The credentials and the reserved port of the gateway. */
  readonly gateway: { readonly tls: TlsCredentials | undefined; readonly port: HeldPort | undefined };
}

/** Everything of a server but HTTP. */
export interface Core {
  readonly stores: Stores;
  readonly nextId: IdGenerator;
  readonly metrics: Registry;
  readonly projector: Projector;
  readonly background: Background;
  /** undefined: this process keeps none. */
  readonly ledger: Ledger | undefined;
  /** Gives the instances of the features' classes. */
  readonly app: INestApplicationContext;
}

/**
 * Opens the stores, and starts what works without requests: the gateway, the projections, the ledger, the handlers of
 * commands and queries, the background work, and the socket of the operators.
 *
 * @param closing gets what ends each of them, in this order
 * @throws Error a part cannot start; the message says what to do
 */
export async function startCore(parts: CoreParts, closing: Closing): Promise<Core> {
  const { configuration, log, features, tracing, gateway } = parts;
  const stores = await openStores(configuration, log, {
    needsFolder: keepsIssuerInFolder(configuration),
    serves: true,
  });
  closing.add(() => stores.close());
  const nextId = await openIds(stores, configuration, log, closing);
  const opened = await openGateway(configuration, stores.wholeEventStore, gateway.tls, log, gateway.port);
  if (opened !== undefined) closing.add(() => opened.close());
  const metrics = new Registry();
  const watermark = new Watermark();
  const projector = composeProjector(stores, {
    features,
    isOn: configuration.projections,
    registry: metrics,
    log,
    tracing,
    onOtherLog: () => watermark.reset(),
  });
  closing.add(() => projector.stop());
  logDamageMetric(stores.wholeEventStore, metrics);
  const eventStore = meteredEventStore(stores.eventStore, metrics, tracing);
  const ledger = await startLedger(stores, metrics, parts, closing);
  const app = await createApp({ ...parts, ...stores, eventStore, projector, watermark, nextId, metrics, ledger });
  closing.add(() => app.close());
  projector.start();
  const background = composeBackground(
    { ...stores, eventStore },
    { features, instanceOf: (type) => app.get(type), registry: metrics, log },
  );
  closing.add(() => background.stop());
  background.start();
  const control = await openControl(stores, log);
  if (control !== undefined) closing.add(() => control.close());
  return { stores, nextId, metrics, projector, background, ledger, app };
}

/** The ids of this process, which no other process with the same stores draws. */
async function openIds(stores: Stores, { nodeId }: Configuration, log: Log, closing: Closing): Promise<IdGenerator> {
  const { readModel, readModelIsShared } = stores;
  const nodeNumber = new NodeNumber(readModelIsShared ? readModel : undefined, nodeId, log);
  closing.add(() => nodeNumber.stop());
  await nodeNumber.start();
  return idGenerator(systemClock, nodeNumber.current);
}

async function startLedger(
  stores: Stores,
  metrics: Registry,
  { configuration, features, log }: CoreParts,
  closing: Closing,
): Promise<Ledger | undefined> {
  const opened = await openLedger(configuration, { stores, kinds: features.streams, log });
  if (opened === undefined) return undefined;
  closing.add(() => opened.close());
  ledgerMetrics(opened.ledger, metrics);
  return opened.ledger;
}

/** Nest runs commands, queries and their handlers, but not HTTP (docs/decisions/0004-nest-without-its-router.md). */
function createApp(foundation: Foundation): Promise<INestApplicationContext> {
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
