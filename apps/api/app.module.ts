import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TerminusModule } from '@nestjs/terminus';
import { CommandsModule } from '#libs/commands/commands.module.js';
import type { Stores } from '#libs/composition/open-stores.js';
import { HistoryModule } from '#libs/history/history.module.js';
import { systemClock } from '#libs/kernel/clock.js';
import type { IdGenerator } from '#libs/kernel/ids.js';
import { Dispatcher } from '#libs/platform/dispatcher.js';
import {
  CLOCK,
  DOCUMENTS,
  EVENT_STORE,
  ID_GENERATOR,
  READ_CONSISTENCY,
  READ_MODEL_PROGRESS,
  READ_PATIENCE,
  TRACING,
} from '#libs/platform/tokens.js';
import type { Tracing } from '#libs/platform/tracing/tracing.js';
import { Watermark } from '#libs/platform/watermark.js';
import type { Projector } from '#libs/projections/runner/projector.js';
import { QueriesModule } from '#libs/queries/queries.module.js';
import type { ReadConsistency } from '#libs/queries/support/freshness.js';
import { EventsRpc } from './admin/events.rpc.js';
import { AppKeysRpc } from './management/app-keys.rpc.js';
import { ApplicationsRpc } from './management/applications.rpc.js';
import { ChangesRpc } from './management/changes.rpc.js';
import { HealthzRpc } from './management/healthz.rpc.js';
import { ProjectsRpc } from './management/projects.rpc.js';

/** What the app is built on: opened before it, closed after it. */
export interface Foundation extends Pick<Stores, 'eventStore' | 'documents'> {
  readonly projector: Projector;
  readonly watermark: Watermark;
  readonly nextId: IdGenerator;
  readonly readPatienceMs: number;
  readonly readConsistency: ReadConsistency;
  readonly tracing: Tracing | undefined;
}

/** Every class that serves calls of the contract. */
export const rpcServices = [HealthzRpc, ProjectsRpc, ApplicationsRpc, AppKeysRpc, ChangesRpc, EventsRpc] as const;

/** The stores, the clock and the ids, for whoever asks by token. */
@Global()
@Module({})
class FoundationModule {
  static on(foundation: Foundation): DynamicModule {
    const { eventStore, documents, projector, watermark, nextId, readPatienceMs, readConsistency, tracing } =
      foundation;
    const providers = [
      { provide: EVENT_STORE, useValue: eventStore },
      { provide: DOCUMENTS, useValue: documents },
      { provide: READ_MODEL_PROGRESS, useValue: projector },
      { provide: ID_GENERATOR, useValue: nextId },
      { provide: READ_PATIENCE, useValue: readPatienceMs },
      { provide: READ_CONSISTENCY, useValue: readConsistency },
      { provide: TRACING, useValue: tracing },
      { provide: CLOCK, useValue: systemClock },
      { provide: Watermark, useValue: watermark },
    ];
    return { module: FoundationModule, providers, exports: providers };
  }
}

/** Commands, queries, and the calls that send them. */
@Module({})
export class AppModule {
  static on(foundation: Foundation): DynamicModule {
    return {
      module: AppModule,
      imports: [
        FoundationModule.on(foundation),
        CqrsModule,
        TerminusModule.forRoot({ logger: false }),
        CommandsModule,
        QueriesModule,
        HistoryModule,
      ],
      providers: [Dispatcher, ...rpcServices],
    };
  }
}
