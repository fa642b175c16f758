import type { Provider, Type } from '@nestjs/common';
import type { PeriodicWork } from '#libs/engine/consumer/periodic-work.js';
import type { EventDefinitions } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import type { RouteDescription } from '#libs/engine/rpc/openapi/route-description.js';
import type { HttpRouteHandler } from '#libs/engine/rpc/routes/http-route.js';
import type { ContractService } from '#libs/registry/contract/services.js';
import type { Refusals } from '../refusals.js';
import type { AggregateView } from './aggregate-view.js';
import type { EventConsumer } from './event-consumer.js';

/** The streams of one kind. */
export interface FeatureStreams extends StreamKind {
  /** How the documentation writes what follows the prefix, such as `<appId>`. */
  readonly idText: string;
  /** What one of the streams holds, for the documentation. */
  readonly holds: string;
  /** Every type of event in these streams, in an order in which projections can take them. */
  readonly events: EventDefinitions;
  /** The name of the kind of aggregate, where clients see its events; undefined: they do not see them. */
  readonly aggregateType?: string;
}

/** A route that is no call of a contract, its documentation, and the class that handles its requests. */
export interface FeatureRoute extends RouteDescription {
  /** Nest creates it. */
  readonly handler: Type<HttpRouteHandler>;
}

/**
 * The manifest of a feature: everything that the rest of the program knows of it. Every central list is made of the
 * manifests in libs/registry/features.ts. A part that a feature does not have is left out.
 */
export interface Feature {
  /** The name of its folder. */
  readonly name: string;
  /** The event types that the feature declares. */
  readonly events?: EventDefinitions;
  /** The streams that the feature writes. */
  readonly streams?: readonly FeatureStreams[];
  /** Why its calls are refused. */
  readonly refusals?: Refusals;
  /** The handlers of its commands and queries, and what they are made of: Nest injects them, here and in other features. */
  readonly providers?: readonly Provider[];
  readonly projections?: readonly Projection[];
  /** What clients see of its aggregates, for their history. */
  readonly views?: readonly AggregateView[];
  /** Classes, among the providers, that handle events of the log, declared with `@ConsumesEvents`. */
  readonly consumers?: readonly Type<EventConsumer<never>>[];
  /** Classes, among the providers, of periodic work, declared with `@BackgroundWork`. */
  readonly work?: readonly Type<PeriodicWork>[];
  /** The services of the contract to which its calls belong. */
  readonly services?: readonly ContractService[];
  /** The classes whose methods are bound to calls. */
  readonly calls?: readonly Type<object>[];
  /** The routes that are no calls of a contract, such as endpoints of OAuth. */
  readonly routes?: readonly FeatureRoute[];
  /** The groups in which the documentation shows its calls: their names, and what the calls of each are about. */
  readonly groups?: Readonly<Record<string, string>>;
  /** The permissions that its calls ask for, each with the roles that hold it unless a roles file says otherwise. */
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
  /** Examples of field values for the documentation, by the JSON names of the fields. */
  readonly fieldExamples?: Readonly<Record<string, string>>;
}
