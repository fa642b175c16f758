import { projectionStream } from '#libs/engine/projector/projection.events.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { domainEvents, type EventType } from '#libs/registry/shared/events.js';

/** The kinds of aggregates whose events are public, with the streams in which they stand. */
export const aggregateStreams = {
  application: applicationStream,
  project: projectStream,
  /** What operators have decided; its id is a projection's name, or `all`. */
  projection: projectionStream,
} as const;

/** The name of a kind of aggregate. */
export type AggregateType = keyof typeof aggregateStreams;

export const aggregateTypes = Object.keys(aggregateStreams) as readonly AggregateType[];

/** The stored types of events that are public, by their public names. */
export const publicEvents: ReadonlyMap<string, EventType> = new Map(
  Object.entries(domainEvents).flatMap(([type, { publicName }]) =>
    publicName === undefined ? [] : [[publicName, type as EventType]],
  ),
);

/** The public name of a stored type; undefined when it is not public, or is not known. */
export function publicNameOf(type: string): string | undefined {
  return Object.hasOwn(domainEvents, type) ? domainEvents[type as EventType].publicName : undefined;
}

/** Which aggregate a stream belongs to; undefined when its events are not public. */
export function aggregateOf(stream: string): { readonly type: AggregateType; readonly id: string } | undefined {
  for (const type of aggregateTypes) {
    const prefix = aggregateStreams[type]('');
    if (stream.startsWith(prefix)) return { type, id: stream.slice(prefix.length) };
  }
  return undefined;
}

/** What happened, in words: `ApiSecretChanged` is "API secret changed". */
export function eventWords(type: EventType): string {
  const words = type.split(/(?=[A-Z])/).map((word, index) => (index === 0 ? word : word.toLowerCase()));
  return words.join(' ').replace(/^Api\b/, 'API');
}
