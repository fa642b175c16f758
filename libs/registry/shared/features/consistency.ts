import { shownForm } from '#libs/engine/kernel/shape.js';
import type { FeatureSet } from './feature-set.js';

/**
 * Finds what a manifest uses and no manifest declares.
 *
 * @throws Error the first fault that was found
 */
export function assertConsistent(set: FeatureSet): void {
  const [fault] = [
    ...streamFaults(set),
    ...shownFaults(set),
    ...projectionFaults(set),
    ...consumerFaults(set),
    ...callFaults(set),
    ...routeFaults(set),
  ];
  if (fault !== undefined) throw new Error(fault);
}

function streamFaults({ streams, events }: FeatureSet): readonly string[] {
  const strangers = streams.flatMap(({ prefix, events: held }) =>
    Object.keys(held)
      .filter((type) => events[type] !== held[type])
      .map((type) => `the streams ${prefix}… hold ${type}, which no feature declares in its events`),
  );
  const homeless = Object.keys(events)
    .filter((type) => !streams.some(({ events: held }) => Object.hasOwn(held, type)))
    .map((type) => `the event ${type} stands in no stream of any feature`);
  const ambiguous = streams.flatMap(({ prefix }, index) =>
    streams
      .filter((other, place) => place !== index && other.prefix.startsWith(prefix))
      .map((other) => `the stream names ${other.prefix}… begin like those of ${prefix}…`),
  );
  return [...strangers, ...homeless, ...ambiguous];
}

/** The name of a field that clients must not see. */
const SECRET_FIELD = /hash|password|privateKey|clientSecret/i;

function shownFaults({ events }: FeatureSet): readonly string[] {
  return Object.entries(events).flatMap(([type, { publicName, data }]) =>
    publicName === undefined
      ? []
      : fieldNames(shownForm(data).schema)
          .filter((name) => SECRET_FIELD.test(name))
          .map((name) => `the event ${type} shows its field ${name} to clients: declare it as hidden(…)`),
  );
}

/** The names of all fields that a schema describes, at any depth. */
function fieldNames(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { readonly properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(fieldNames)];
}

function projectionFaults({ projections, streams, events }: FeatureSet): readonly string[] {
  return projections.flatMap(({ name, streamPrefixes, stepFor }, index) => {
    const read = streams.filter(({ prefix }) => streamPrefixes.includes(prefix));
    const held = new Set(read.flatMap((stream) => Object.keys(stream.events)));
    return [
      ...(projections.findIndex((other) => other.name === name) < index ? [`two projections are called ${name}`] : []),
      ...(read.length < streamPrefixes.length ? [`the projection ${name} reads streams that no feature declares`] : []),
      ...Object.keys(events)
        .filter((type) => stepFor(type) !== undefined && !held.has(type))
        .map((type) => `the projection ${name} projects ${type}, which does not stand in its streams`),
    ];
  });
}

function consumerFaults({ consumers, work, events, features }: FeatureSet): readonly string[] {
  const provided = new Set<unknown>(features.flatMap(({ providers = [] }) => providers));
  return [
    ...consumers.flatMap(({ name, types, type }, index) => [
      ...(consumers.findIndex((other) => other.name === name) < index ? [`two consumers are called ${name}`] : []),
      ...types
        .filter((one) => !Object.hasOwn(events, one))
        .map((one) => `the consumer ${name} handles ${one}, which no feature declares`),
      ...(provided.has(type) ? [] : [`the consumer ${name} must be among the providers of its feature`]),
    ]),
    ...work.flatMap(({ name, type }, index) => [
      ...(work.findIndex((other) => other.name === name) < index ? [`two works are called ${name}`] : []),
      ...(provided.has(type) ? [] : [`the work ${name} must be among the providers of its feature`]),
    ]),
  ];
}

function callFaults({ calls, contract, groups, refusals, permissions }: FeatureSet): readonly string[] {
  return calls.flatMap(({ method, guide }) => {
    if (!contract.services.some(({ service }) => service === method.parent)) {
      return [`${method} belongs to a service that no feature declares`];
    }
    const { permission } = contract.accessRule(method);
    return [
      ...(Object.hasOwn(groups, guide.group) ? [] : [`${method} is in the group ${guide.group}, which does not exist`]),
      ...guide.errors
        .filter((id) => !Object.hasOwn(refusals, id))
        .map((id) => `${method} answers ${id}, which no feature declares in its refusals`),
      ...(permission === undefined || Object.hasOwn(permissions, permission)
        ? []
        : [`${method} asks for the permission ${permission}, which no feature declares`]),
    ];
  });
}

function routeFaults({ routes, groups }: FeatureSet): readonly string[] {
  return routes.flatMap(({ verb, path, operation: { tags } }, index) => {
    const group = tags.find((tag) => !Object.hasOwn(groups, tag));
    const isTwice = routes.findIndex((other) => other.verb === verb && other.path === path) < index;
    return [
      ...(isTwice ? [`two routes are served as ${verb} ${path}`] : []),
      ...(group === undefined ? [] : [`the route ${verb} ${path} is in the group ${group}, which does not exist`]),
    ];
  });
}
