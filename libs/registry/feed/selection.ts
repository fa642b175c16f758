import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { EventFilter } from '#libs/engine/event-store/port/event-store.js';
import type { PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { FeedEvent } from './feed-event.js';

/** Which events a reader of the feed gets. */
export interface Selection {
  /** Stored types; undefined: all public ones. */
  readonly types: ReadonlySet<string> | undefined;
  /** The organization that the reader sees; undefined: all. */
  readonly organization: string | undefined;
  /** The id of a project; undefined: all. */
  readonly project: string | undefined;
  /** The id of an application; undefined: all. */
  readonly application: string | undefined;
}

/** The stored types of events that the feed has, by their public names. */
export function feedTypes({ types, aggregateTypesOf }: PublicEvents): ReadonlyMap<string, string> {
  return new Map([...types].filter(([, type]) => aggregateTypesOf(type).length > 0));
}

/**
 * The stored types of the public names in a request.
 *
 * @param names each may hold several names with commas between them
 * @returns undefined: the request names none
 * @throws ContractError one of them is no type of event in the feed
 */
export function typesNamed(names: readonly string[], publicEvents: PublicEvents): ReadonlySet<string> | undefined {
  if (names.length === 0) return undefined;
  const known = feedTypes(publicEvents);
  const stored = names.flatMap((each) => each.split(',')).map((name) => storedType(name.trim(), known));
  return new Set(stored);
}

/** Characters of a wrong name that the error repeats. */
const SHOWN_CHARACTERS = 100;

function storedType(name: string, known: ReadonlyMap<string, string>): string {
  const type = known.get(name);
  if (type !== undefined) return type;
  const shown = JSON.stringify(name.slice(0, SHOWN_CHARACTERS));
  throw ContractError.invalidField('types', `${shown} is no type of event; there are: ${[...known.keys()].join(', ')}`);
}

/** What the event store can select: a set of events that contains every selected one. */
export function storeFilter({ types, application }: Selection, publicEvents: PublicEvents): EventFilter {
  if (types !== undefined) return { typePrefixes: [...types] };
  return {
    streamPrefixes: application === undefined ? publicEvents.streamPrefixes : publicEvents.streamsOf(application),
  };
}

/** Whether an event is selected by all that it says itself: by all but the project of an application. */
export function selects(selection: Selection, event: Omit<FeedEvent, 'envelope'>): boolean {
  const { types, organization, application, project } = selection;
  return (
    (types === undefined || types.has(event.type)) &&
    (organization === undefined || organization === event.resourceOwner) &&
    (application === undefined || (event.aggregate === APPLICATION && event.subject === application)) &&
    (project === undefined || event.aggregate === APPLICATION || event.subject === project)
  );
}

/** The kind of aggregate whose events belong to a project without being the project's own. */
export const APPLICATION = 'application';
