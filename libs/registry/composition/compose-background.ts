import type { Type } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { RecordedCheckpoint } from '#libs/engine/consumer/checkpoint-store.js';
import type { Consumer } from '#libs/engine/consumer/consumer.js';
import { ConsumerMetrics } from '#libs/engine/consumer/consumer-metrics.js';
import { type ConsumerEntry, ConsumerTable } from '#libs/engine/consumer/consumer-table.js';
import { type GroupMode, LeasedGroup, type Startable } from '#libs/engine/consumer/leased-group.js';
import { type WorkReport, WorkRunner } from '#libs/engine/consumer/periodic-work.js';
import { consumerRunner } from '#libs/engine/consumer/run-consumer.js';
import { watchWork } from '#libs/engine/consumer/work-metrics.js';
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

/**
 * Makes the background of a process. Of the processes that share a read model one works at a time. Where they share the
 * event store only, this holds for consumers and for work that reaches out.
 */
export function composeBackground(stores: Stores, options: BackgroundOptions): Background {
  const { eventStore, readModel, agreement } = stores;
  const { features, instanceOf, registry, log } = options;
  const metrics = new ConsumerMetrics(registry);
  const records = agreement?.records ?? readModel;
  const consumers = features.consumers.map(({ type, name, types, streamPrefixes }) => {
    const checkpoint = new RecordedCheckpoint(records, name);
    const handle = eventHandling(instanceOf(type), new Set(types), features.codec);
    const consumer: Consumer = { name, streamPrefixes, checkpoint, handle };
    return { consumer, types, runner: consumerRunner(consumer, { eventStore, log, metrics }) };
  });
  const { group, groups, work } = groupsOf(
    stores,
    options,
    consumers.map(({ runner }) => runner),
  );
  const entries = consumers.map(
    ({ consumer: { name, streamPrefixes }, types, runner }): ConsumerEntry => ({
      name,
      events: types,
      streamPrefixes,
      role: () => group.role,
      status: () => runner.status(),
      checkpoint: async () => (await new RecordedCheckpoint(records, name).load())?.position ?? BEFORE_FIRST_POSITION,
    }),
  );
  watchWork(registry, work);
  return {
    consumers: new ConsumerTable(entries, { eventStore, clock: systemClock, metrics }),
    work,
    start: () => {
      for (const each of groups) each.start();
    },
    stop: async () => {
      await Promise.all(groups.map((each) => each.stop()));
    },
  };
}

/** The consumers and the work of a process in groups, each with a lease: work that reaches out has one of its own. */
function groupsOf(
  { folder, readModel, readModelIsShared, agreement }: Stores,
  { features, instanceOf, registry, log }: BackgroundOptions,
  consumers: readonly Startable[],
) {
  const metrics = new ConsumerMetrics(registry, { prefix: 'appledger_background_work', label: 'work' });
  // A process that cannot write cannot keep checkpoints either.
  const isOff = folder?.readOnly === true;
  const groupOf = (members: readonly Startable[], mode: GroupMode, what: string) =>
    new LeasedGroup(members, isOff ? 'off' : mode, {
      name: `lease of ${what}`,
      records: readModel,
      ...agreement,
      log,
      takenText: `this process does ${what} now`,
    });
  const works = features.work.map((declaration) => {
    const instance = instanceOf(declaration.type);
    return { declaration, instance, runner: new WorkRunner(declaration, instance, log, metrics) };
  });
  const common = works.filter(({ declaration }) => declaration.reachesOut !== true).map(({ runner }) => runner);
  const isShared = readModelIsShared || (agreement !== undefined && consumers.length > 0);
  const group = groupOf([...consumers, ...common], isShared ? 'shared' : 'alone', 'the background work');
  const own = works.flatMap(({ declaration: { name, reachesOut }, instance: { isOn = true }, runner }) => {
    if (reachesOut !== true) return [];
    const mode = !isOn ? 'off' : agreement !== undefined ? 'shared' : 'alone';
    return { runner, group: groupOf([runner], mode, name) };
  });
  const groupWith = new Map<WorkRunner, LeasedGroup>(own.map((each) => [each.runner, each.group]));
  return {
    group,
    groups: [group, ...own.map((each) => each.group)],
    work: () => works.map(({ runner }) => runner.report((groupWith.get(runner) ?? group).report())),
  };
}
