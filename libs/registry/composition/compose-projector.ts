import type { Registry } from 'prom-client';
import type { GroupMode } from '#libs/engine/consumer/leased-group.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { ProjectionMetrics } from '#libs/engine/projector/projection-metrics.js';
import { Projector } from '#libs/engine/projector/projector.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import type { Stores } from './open-stores.js';

/** How a projector is to work. */
export interface ProjectorOptions {
  /** Whose projections it runs. */
  readonly features: Pick<FeatureSet, 'projections' | 'codec'>;
  /** False: another process runs the projections; this one only follows how far they are. */
  readonly isOn: boolean;
  /** Where its metrics are kept. */
  readonly registry: Registry;
  /** Is called when documents turn out to be of another event log, so that no position of that one counts. */
  readonly onOtherLog?: () => void;
  readonly log: Log;
  readonly tracing?: Tracing | undefined;
}

/** The projector of a process, over the stores that it has opened. It is yet to be started. */
export function composeProjector(
  stores: Stores,
  { features, isOn, registry, log, tracing, onOtherLog = () => undefined }: ProjectorOptions,
): Projector {
  const mode: GroupMode = !isOn ? 'off' : stores.readModelIsShared ? 'shared' : 'alone';
  const metrics = new ProjectionMetrics(registry);
  const parts = { ...stores, codec: features.codec, log, metrics, clock: systemClock, tracing, onOtherLog };
  return new Projector(features.projections, mode, parts);
}
