import type { Registry } from 'prom-client';
import type { GroupMode } from '#libs/engine/consumer/leased-group.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { ProjectionMetrics } from '#libs/engine/projector/projection-metrics.js';
import { Projector } from '#libs/engine/projector/projector.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import type { Stores } from './open-stores.js';

/** The options of a projector. */
export interface ProjectorOptions {
  /** The features whose projections it runs. */
  readonly features: Pick<FeatureSet, 'projections' | 'codec'>;
  /** False: another process runs the projections; this one only reads their positions. */
  readonly isOn: boolean;
  /** The registry of its metrics. */
  readonly registry: Registry;
  /** Called when the documents belong to another event log, so that positions of that log are discarded. */
  readonly onOtherLog?: () => void;
  readonly log: Log;
  readonly tracing?: Tracing | undefined;
}

/** The projector of a process, over the stores that it has opened. The caller starts it. */
export function composeProjector(
  stores: Stores,
  { features, isOn, registry, log, tracing, onOtherLog = () => undefined }: ProjectorOptions,
): Projector {
  const mode: GroupMode = !isOn ? 'off' : stores.readModelIsShared ? 'shared' : 'alone';
  const metrics = new ProjectionMetrics(registry);
  const parts = { ...stores, codec: features.codec, log, metrics, clock: systemClock, tracing, onOtherLog };
  return new Projector(features.projections, mode, parts);
}
