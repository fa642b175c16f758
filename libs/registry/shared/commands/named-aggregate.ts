import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import type { PlannedAppend } from '#libs/engine/commands/planned-append.js';
import type { Loaded } from '#libs/engine/commands/repository.js';
import type { ErrorEntry } from '#libs/engine/errors/error-entry.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import type { Decider } from '#libs/engine/kernel/decider.js';
import { type NameBearers, type NameReserver, nameToReserve } from '#libs/registry/names/index.js';
import { refused } from '../refused.js';
import { type Details, detailsOf } from './details.js';

/** A kind of aggregate with unique names, and how its commands are decided and refused. */
export interface NamedAggregate<State, Command, Event extends AnyEvent, Id extends string> {
  readonly decider: Decider<State, Command, Event, Id>;
  readonly names: NameBearers<State, Event>;
  readonly refusals: Readonly<Record<Id, ErrorEntry>>;
  /** The refusal when the name is taken. */
  readonly nameTaken: Id;
}

/** The id of an aggregate, and the scope of its name. */
export interface NamedTarget {
  readonly id: string;
  readonly scope: string;
}

/**
 * Decides a command, and plans the append of its events, with the reservation of a new name.
 *
 * @throws ContractError the refusal
 */
export function plannedChange<State, Command, Event extends AnyEvent, Id extends string>(
  { decider, names, refusals }: NamedAggregate<State, Command, Event, Id>,
  reserver: NameReserver,
  { state, revision }: Pick<Loaded<State>, 'state' | 'revision'>,
  command: Command,
  { id, scope }: NamedTarget,
): PlannedAppend<Event> {
  const decision = decider.decide(state, command);
  if (!decision.accepted) throw refused(refusals, decision.refusal, decision.detail);
  const name = nameToReserve(names, state, decision.events);
  return {
    stream: names.stream(id),
    events: decision.events,
    expected: revision,
    reservation:
      name === undefined ? undefined : reserver.reservation({ bearers: names, scope, name, owner: id }, revision),
  };
}

/**
 * Runs a command on an aggregate that exists, again when another process was first.
 *
 * @param plan loads the aggregate and plans the change of its stream; gets the time, in milliseconds since 1970
 * @throws ContractError the refusal, that the new name is taken, or what {@link CommandExecutor.execute} throws
 */
export async function changeAggregate<State, Command, Event extends AnyEvent, Id extends string>(
  executor: CommandExecutor,
  { names, refusals, nameTaken }: NamedAggregate<State, Command, Event, Id>,
  id: string,
  plan: (now: number) => Promise<PlannedAppend>,
  context: CommandContext,
): Promise<Details> {
  const committed = await executor.executeInOrder(names.stream(id), ({ now }) => plan(now), context);
  if (committed === undefined) throw refused(refusals, nameTaken);
  return detailsOf(committed.appended, committed.at, context.resourceOwner);
}
