import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TerminusModule } from '@nestjs/terminus';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import type { Projector } from '#libs/engine/projector/projector.js';
import {
  CLOCK,
  DOCUMENTS,
  EVENT_CODEC,
  EVENT_STORE,
  ID_GENERATOR,
  READ_CONSISTENCY,
  READ_MODEL_PROGRESS,
  READ_PATIENCE,
  TRACING,
} from '#libs/engine/runtime/tokens.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import { AppKeysRpc } from '#libs/registry/applications/app-keys.rpc.js';
import { ApplicationsRpc } from '#libs/registry/applications/applications.rpc.js';
import { CommandsModule } from '#libs/registry/commands.module.js';
import type { Stores } from '#libs/registry/composition/open-stores.js';
import { eventCodec } from '#libs/registry/event-codec.js';
import { ChangesRpc } from '#libs/registry/history/changes.rpc.js';
import { EventsRpc } from '#libs/registry/history/events.rpc.js';
import { HistoryModule } from '#libs/registry/history/history.module.js';
import { HealthzRpc } from '#libs/registry/operations/healthz.rpc.js';
import { ProjectsRpc } from '#libs/registry/projects/projects.rpc.js';
import { QueriesModule } from '#libs/registry/queries.module.js';
import type { ReadConsistency } from '#libs/registry/shared/queries/freshness.js';

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
      { provide: EVENT_CODEC, useValue: eventCodec },
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
