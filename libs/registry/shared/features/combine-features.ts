import { createEventCodec } from '#libs/engine/events/event-codec.js';
import { ownStreams } from '#libs/engine/events/own-streams.js';
import { rolesHolding } from '#libs/registry/access/index.js';
import { servedContract } from '#libs/registry/contract/services.js';
import { callsOf } from './call.js';
import { assertConsistent } from './consistency.js';
import type { Feature } from './feature.js';
import type { FeatureSet } from './feature-set.js';
import { merged } from './merged.js';
import { publicEventsOf } from './public-events.js';

/**
 * Puts the manifests of features together.
 *
 * @throws Error two features declare the same thing, or one of them uses what none declares: the message says what
 */
export function combineFeatures(features: readonly Feature[]): FeatureSet {
  const events = merged(features, 'events');
  const streams = features.flatMap((feature) => feature.streams ?? []);
  const permissions = merged(features, 'permissions');
  const callClasses = features.flatMap((feature) => feature.calls ?? []);
  const set: FeatureSet = {
    features,
    events,
    streams,
    codec: createEventCodec({ definitions: events, streams: ownStreams(streams) }),
    publicEvents: publicEventsOf(events, streams),
    refusals: merged(features, 'refusals'),
    projections: features.flatMap((feature) => feature.projections ?? []),
    callClasses,
    calls: callClasses.flatMap(callsOf),
    contract: servedContract([...new Set(features.flatMap((feature) => feature.services ?? []))]),
    routes: features.flatMap((feature) => feature.routes ?? []),
    groups: merged(features, 'groups'),
    permissions,
    rolePermissions: rolesHolding(permissions),
    fieldExamples: merged(features, 'fieldExamples'),
  };
  assertConsistent(set);
  return set;
}
