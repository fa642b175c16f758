import type { EventDefinitions } from '#libs/engine/events/event-definition.js';
import { type JsonSchema, type ShownForm, shownForm } from '#libs/engine/kernel/shape.js';
import type { FeatureStreams } from './feature.js';

/** What clients see of the stored events. Nest injects it by {@link PUBLIC_EVENTS}. */
export interface PublicEvents {
  /** The stored types by their public names. */
  readonly types: ReadonlyMap<string, string>;
  /** The names of the kinds of aggregates whose events are public, in alphabetical order. */
  readonly aggregateTypes: readonly string[];
  /** The beginnings of the names of the streams that hold public events. */
  readonly streamPrefixes: readonly string[];
  /** The JSON Schema of {@link dataOf} of a public event. */
  schemaOf(type: string): JsonSchema;
  /** The data of a public event without what is hidden from clients, such as the hash of a secret. */
  dataOf(type: string, data: unknown): unknown;
  /** The public name of a stored type; undefined when it is not public, or is not known. */
  nameOf(type: string): string | undefined;
  /** The names of the kinds of aggregates that have events of a stored type. */
  aggregateTypesOf(type: string): readonly string[];
  /** The aggregate to which a stream belongs; undefined when its events are not public. */
  aggregateOf(stream: string): PublicAggregate | undefined;
  /** The streams that an aggregate with this id may have, one of each kind. */
  streamsOf(aggregateId: string): readonly string[];
}

/** An aggregate as clients name it. */
export interface PublicAggregate {
  readonly type: string;
  readonly id: string;
}

/** The token by which Nest injects {@link PublicEvents}. */
export const PUBLIC_EVENTS = Symbol('PublicEvents');

/** Selects what is public of all event types and all kinds of streams. */
export function publicEventsOf(events: EventDefinitions, streams: readonly FeatureStreams[]): PublicEvents {
  const kinds = streams
    .flatMap(({ prefix, aggregateType: type, events: held }) => (type === undefined ? [] : [{ prefix, type, held }]))
    .toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const names = new Map(
    Object.entries(events).flatMap(([type, { publicName }]) => (publicName === undefined ? [] : [[type, publicName]])),
  );
  const forms = new Map(Object.entries(events).map(([type, { data }]) => [type, shownForm(data)]));
  const formOf = (type: string): ShownForm => {
    const form = names.has(type) ? forms.get(type) : undefined;
    if (form === undefined) throw new Error(`clients do not see events of the type ${type}`);
    return form;
  };
  return {
    types: new Map([...names].map(([type, name]) => [name, type])),
    schemaOf: (type) => formOf(type).schema,
    dataOf: (type, data) => formOf(type).of(data),
    aggregateTypes: kinds.map(({ type }) => type),
    streamPrefixes: kinds.map(({ prefix }) => prefix),
    nameOf: (type) => names.get(type),
    aggregateTypesOf: (type) => kinds.filter(({ held }) => Object.hasOwn(held, type)).map((kind) => kind.type),
    aggregateOf(stream) {
      const kind = kinds.find(({ prefix }) => stream.startsWith(prefix));
      return kind && { type: kind.type, id: stream.slice(kind.prefix.length) };
    },
    streamsOf: (aggregateId) => kinds.map(({ prefix }) => `${prefix}${aggregateId}`),
  };
}

/** The name of a stored type in words: `ApiSecretChanged` is "API secret changed". */
export function eventWords(type: string): string {
  const words = type.split(/(?=[A-Z])/).map((word, index) => (index === 0 ? word : word.toLowerCase()));
  return words.join(' ').replace(/^Api\b/, 'API');
}
