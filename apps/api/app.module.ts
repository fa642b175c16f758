import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TerminusModule } from '@nestjs/terminus';
import type { Registry } from 'prom-client';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { Repository } from '#libs/engine/commands/repository.js';
import { documentsInMemory } from '#libs/engine/documents/embedded/documents-in-memory.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { LEDGER, type Ledger } from '#libs/engine/ledger/ledger.js';
import { PastDocuments } from '#libs/engine/past/past-documents.js';
import { PastStreams } from '#libs/engine/past/past-streams.js';
import type { Projector } from '#libs/engine/projector/projector.js';
import type { Admission } from '#libs/engine/rpc/core/admission.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import {
  CLOCK,
  CONFIGURATION,
  CREDENTIAL_TIMES,
  DELIVERY_ENTRIES,
  DOCUMENTS,
  EVENT_CODEC,
  EVENT_STORE,
  EVENT_STORE_RECORDS,
  ID_GENERATOR,
  LOG,
  LOG_IDENTITY,
  METRICS,
  READ_CONSISTENCY,
  READ_MADE_DOCUMENTS,
  READ_MODEL_PROGRESS,
  READ_PATIENCE,
  SERVER_URL,
  TRACING,
} from '#libs/engine/runtime/tokens.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import { TokenSource } from '#libs/registry/access/index.js';
import type { Stores } from '#libs/registry/composition/open-stores.js';
import { ADMISSION } from '#libs/registry/ledger/served/ledger-gate.js';
import { AGGREGATE_VIEWS } from '#libs/registry/shared/features/aggregate-view.js';
import { featureModule } from '#libs/registry/shared/features/feature-module.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import { PUBLIC_EVENTS } from '#libs/registry/shared/features/public-events.js';
import { AggregatePasts } from '#libs/registry/shared/past/aggregate-pasts.js';
import { Points } from '#libs/registry/shared/past/points.js';
import { ReadableDocuments } from '#libs/registry/shared/past/readable-documents.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';

/** What the app depends on: opened before it, closed after it. */
export interface Foundation
  extends Pick<
    Stores,
    'eventStore' | 'documents' | 'credentialTimes' | 'deliveryEntries' | 'identity' | 'agreement' | 'readModelIsShared'
  > {
  readonly projector: Projector;
  readonly watermark: Watermark;
  readonly nextId: IdGenerator;
  readonly configuration: Configuration;
  readonly metrics: Registry;
  readonly tokens: TokenSource;
  readonly serverUrl: () => string | undefined;
  readonly tracing: Tracing | undefined;
  readonly features: FeatureSet;
  readonly log: Log;
  /** undefined: this process keeps none. */
  readonly ledger: Ledger | undefined;
  /** Admits the callers of routes that are no calls. */
  readonly admission: Admission;
}

/** The stores, the clock, the ids, and what the features share, for all of their modules. */
@Global()
@Module({})
class FoundationModule {
  static on(foundation: Foundation): DynamicModule {
    const { eventStore, documents, projector, watermark, nextId, tracing, features, configuration } = foundation;
    const streams = new PastStreams(eventStore, features.codec);
    const providers = [
      { provide: EVENT_STORE, useValue: eventStore },
      { provide: EVENT_CODEC, useValue: features.codec },
      { provide: PUBLIC_EVENTS, useValue: features.publicEvents },
      { provide: AGGREGATE_VIEWS, useValue: features.views },
      { provide: LOG_IDENTITY, useValue: foundation.identity },
      { provide: DOCUMENTS, useValue: documents },
      { provide: CREDENTIAL_TIMES, useValue: foundation.credentialTimes },
      { provide: DELIVERY_ENTRIES, useValue: foundation.deliveryEntries },
      {
        provide: EVENT_STORE_RECORDS,
        useValue: foundation.readModelIsShared ? undefined : foundation.agreement?.records,
      },
      { provide: READ_MODEL_PROGRESS, useValue: projector },
      { provide: READ_MADE_DOCUMENTS, useValue: documentsInMemory },
      { provide: PastStreams, useValue: streams },
      { provide: PastDocuments, useValue: new PastDocuments(features.projections, streams) },
      { provide: ID_GENERATOR, useValue: nextId },
      { provide: READ_PATIENCE, useValue: configuration.readPatienceMs },
      { provide: READ_CONSISTENCY, useValue: configuration.readConsistency },
      { provide: TRACING, useValue: tracing },
      { provide: CONFIGURATION, useValue: configuration },
      { provide: METRICS, useValue: foundation.metrics },
      { provide: TokenSource, useValue: foundation.tokens },
      { provide: SERVER_URL, useValue: foundation.serverUrl },
      { provide: CLOCK, useValue: systemClock },
      { provide: LOG, useValue: foundation.log },
      { provide: LEDGER, useValue: foundation.ledger },
      { provide: ADMISSION, useValue: foundation.admission },
      { provide: Watermark, useValue: watermark },
      Repository,
      CommandExecutor,
      Freshness,
      AggregatePasts,
      Points,
      ReadableDocuments,
      Dispatcher,
    ];
    return { module: FoundationModule, imports: [CqrsModule], providers, exports: providers };
  }
}

/** The modules of all features, on their foundation. */
@Module({})
export class AppModule {
  static on(foundation: Foundation): DynamicModule {
    return {
      module: AppModule,
      imports: [
        FoundationModule.on(foundation),
        TerminusModule.forRoot({ logger: false }),
        ...foundation.features.features.map(featureModule),
      ],
    };
  }
}
