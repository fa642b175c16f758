import type { Type } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { RecordedCheckpoint } from '#libs/engine/consumer/checkpoint-store.js';
import type { Consumer } from '#libs/engine/consumer/consumer.js';
import { ConsumerMetrics } from '#libs/engine/consumer/consumer-metrics.js';
import { type ConsumerEntry, ConsumerTable } from '#libs/engine/consumer/consumer-table.js';
import { type GroupMode, LeasedGroup } from '#libs/engine/consumer/leased-group.js';
import { type WorkReport, WorkRunner } from '#libs/engine/consumer/periodic-work.js';
import { consumerRunner } from '#libs/engine/consumer/run-consumer.js';
import { BEFORE_FIRST_POSITION } from '#libs/engine/event-store/port/event-store.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { eventHandling } from '#libs/registry/shared/features/event-handling.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import type { Stores } from './open-stores.js';

/** What the background of a process is made of. */
export interface BackgroundOptions {
  /** The features whose consumers and work it runs. */
  readonly features: Pick<FeatureSet, 'consumers' | 'work' | 'codec'>;
  /** Answers the instance of a class, which Nest has made. */
  readonly instanceOf: <T>(type: Type<T>) => T;
  readonly registry: Registry;
  readonly log: Log;
}

/** What a process does beside answering calls: consumers of the event log, and periodic work. */
export interface Background {
  /** The consumers, for health and metrics. */
  readonly consumers: ConsumerTable;
  /** How the periodic work is doing. */
  work(): readonly WorkReport[];
  start(): void;
  /** Finishes what is under way, and lets another process take over. */
  stop(): Promise<void>;
}

/** Makes the background of a process. One of the processes that share a read model works at a time. */
export function composeBackground(
  { folder, eventStore, readModel, readModelIsShared }: Stores,
  { features, instanceOf, registry, log }: BackgroundOptions,
): Background {
  const metrics = new ConsumerMetrics(registry);
  const workMetrics = new ConsumerMetrics(registry, { prefix: 'appledger_background_work', label: 'work' });
  const consumers = features.consumers.map(({ type, name, types, streamPrefixes }) => {
    const checkpoint = new RecordedCheckpoint(readModel, name);
    const handle = eventHandling(instanceOf(type), new Set(types), features.codec);
    const consumer: Consumer = { name, streamPrefixes, checkpoint, handle };
    return { consumer, types, runner: consumerRunner(consumer, { eventStore, log, metrics }) };
  });
  const runners = features.work.map((each) => new WorkRunner(each, instanceOf(each.type), log, workMetrics));
  // A process that cannot write cannot keep checkpoints either.
  const mode: GroupMode = folder?.readOnly === true ? 'off' : readModelIsShared ? 'shared' : 'alone';
  const group = new LeasedGroup([...consumers.map(({ runner }) => runner), ...runners], mode, {
    name: 'lease of the background work',
    records: readModel,
    log,
    takenText: 'this process does the background work now',
  });
  const entries = consumers.map(
    ({ consumer: { name, streamPrefixes }, types, runner }): ConsumerEntry => ({
      name,
      events: types,
      streamPrefixes,
      role: () => group.role,
      status: () => runner.status(),
      checkpoint: async () => (await new RecordedCheckpoint(readModel, name).load())?.position ?? BEFORE_FIRST_POSITION,
    }),
  );
  return {
    consumers: new ConsumerTable(entries, { eventStore, clock: systemClock, metrics }),
    work: () => runners.map((runner) => runner.report(group.role)),
    start: () => group.start(),
    stop: () => group.stop(),
  };
}
