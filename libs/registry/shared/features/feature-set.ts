import type { Type } from '@nestjs/common';
import type { PeriodicWork, WorkDeclaration } from '#libs/engine/consumer/periodic-work.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { EventDefinitions } from '#libs/engine/events/event-definition.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import type { ServedContract } from '#libs/engine/rpc/core/contract.js';
import type { RolePermissions } from '#libs/registry/access/index.js';
import type { Refusals } from '../refusals.js';
import type { AggregateView } from './aggregate-view.js';
import type { GuidedCall } from './call.js';
import type { EventConsumer, Subscription } from './event-consumer.js';
import type { Feature, FeatureRoute, FeatureStreams } from './feature.js';
import type { PublicEvents } from './public-events.js';

/** A consumer of events, and the streams that hold the events of its types. */
export interface Subscriber extends Subscription {
  readonly type: Type<EventConsumer<never>>;
  readonly streamPrefixes: readonly string[];
}

/** A class of periodic work, and what it is declared with. */
export interface DeclaredWork extends WorkDeclaration {
  readonly type: Type<PeriodicWork>;
}

/** Everything that is made of the manifests of all features. */
export interface FeatureSet {
  readonly features: readonly Feature[];
  readonly events: EventDefinitions;
  readonly streams: readonly FeatureStreams[];
  /** Reads and writes all of these events in all of these streams. */
  readonly codec: EventCodec;
  readonly publicEvents: PublicEvents;
  readonly refusals: Refusals;
  readonly projections: readonly Projection[];
  readonly views: readonly AggregateView[];
  readonly consumers: readonly Subscriber[];
  readonly work: readonly DeclaredWork[];
  /** The classes whose methods are bound to calls. */
  readonly callClasses: readonly Type<object>[];
  /** The calls that are served; every other call of the contract's services answers UNIMPLEMENTED. */
  readonly calls: readonly GuidedCall[];
  readonly contract: ServedContract;
  /** The routes that are no calls of a contract. */
  readonly routes: readonly FeatureRoute[];
  readonly groups: Readonly<Record<string, string>>;
  /** The permissions that calls ask for, each with the roles that hold it unless a roles file says otherwise. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  /** The same, as the permissions of each role. */
  readonly rolePermissions: RolePermissions;
  readonly fieldExamples: Readonly<Record<string, string>>;
}
