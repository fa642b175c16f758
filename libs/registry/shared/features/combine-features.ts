import type { Type } from '@nestjs/common';
import { createEventCodec } from '#libs/engine/events/event-codec.js';
import { ownStreams } from '#libs/engine/events/own-streams.js';
import { rolesHolding } from '#libs/registry/access/index.js';
import { servedContract } from '#libs/registry/contract/services.js';
import { workOf } from './background-work.js';
import { callsOf } from './call.js';
import { assertConsistent } from './consistency.js';
import { type EventConsumer, subscriptionOf } from './event-consumer.js';
import type { Feature, FeatureStreams } from './feature.js';
import type { FeatureSet, Subscriber } from './feature-set.js';
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
    views: features.flatMap((feature) => feature.views ?? []),
    consumers: features.flatMap((feature) => feature.consumers ?? []).map((type) => subscriber(type, streams)),
    work: features.flatMap((feature) => feature.work ?? []).map((type) => ({ ...workOf(type), type })),
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

function subscriber(type: Type<EventConsumer<never>>, streams: readonly FeatureStreams[]): Subscriber {
  const subscription = subscriptionOf(type);
  const holding = streams.filter(({ events }) => subscription.types.some((one) => Object.hasOwn(events, one)));
  return { ...subscription, type, streamPrefixes: holding.map(({ prefix }) => prefix) };
}
