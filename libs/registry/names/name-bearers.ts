import type { Reservation } from '#libs/engine/commands/planned-append.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { comparableName } from './name.js';

/** A SHA-256 hash in base64url, the end of the name of a reservation's stream. */
const HASH = '[\\w-]{43}';

/**
 * A kind of aggregate whose names are unique within a scope, such as the project of an application: where its names are
 * reserved, and how an aggregate's own stream says which name it has.
 */
export interface NameBearers<State = unknown, Event extends AnyEvent = AnyEvent> {
  readonly reservations: StreamKind;
  /** The stream of the aggregate with this id. */
  stream(id: string): string;
  readonly initial: State;
  evolve(state: State, event: Event): State;
  /** The name of an aggregate; undefined when the aggregate does not exist. */
  nameOf(state: State): string | undefined;
}

/** A name, and the aggregate that is to have it. */
export interface Naming {
  readonly bearers: NameBearers;
  /** The id within which the name is unique. */
  readonly scope: string;
  readonly name: string;
  /** The id of the aggregate. */
  readonly owner: string;
}

/** Reserves names. Nest injects it by {@link NAME_RESERVER}. */
export interface NameReserver {
  /**
   * The reservation of a name, for the append that gives the name to its owner.
   *
   * @param ownerRevision the revision that this append expects
   */
  reservation(naming: Naming, ownerRevision: bigint | 'noStream'): Reservation;
}

/** The token by which Nest injects {@link NameReserver}. */
export const NAME_RESERVER = Symbol('NameReserver');

/**
 * The streams of reservations of one kind of name: `<prefix><scope>-<hash of the name>`.
 *
 * @param scope the regular expression, as its source, that the id of a scope matches
 */
export function reservationStreams(prefix: string, scope: string): StreamKind {
  return { prefix, id: `${scope}-${HASH}` };
}

/**
 * The stream that holds the reservation of one name.
 *
 * @param hash of the comparable form of the name: a stream name does not carry a name of any length and alphabet
 */
export function reservationStream({ bearers, scope }: Pick<Naming, 'bearers' | 'scope'>, hash: string): string {
  return `${bearers.reservations.prefix}${scope}-${hash}`;
}

/** The name that events give to an aggregate, when it has to be reserved; undefined: its reserved name stays. */
export function nameToReserve<State, Event extends AnyEvent>(
  bearers: NameBearers<State, Event>,
  state: State,
  events: readonly Event[],
): string | undefined {
  const after = bearers.nameOf(events.reduce((before, event) => bearers.evolve(before, event), state));
  const before = bearers.nameOf(state);
  if (after === undefined) return undefined;
  return before !== undefined && comparableName(after) === comparableName(before) ? undefined : after;
}
