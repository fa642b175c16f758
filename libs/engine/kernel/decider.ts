/** The result of a decision: the events that happened, or the id of the refusal and what it says of this case. */
export type Decision<Event, RefusalId extends string> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly refusal: RefusalId; readonly detail?: string };

/** Accepts a command with the events that it causes. */
export function accept<Event>(...events: readonly Event[]): Decision<Event, never> {
  return { accepted: true, events };
}

/**
 * Refuses a command.
 *
 * @param refusal the stable id of the reason; an error catalogue maps it to code and text
 * @param detail what follows that text: the facts of this case, and what to do
 */
export function refuse<RefusalId extends string>(refusal: RefusalId, detail?: string): Decision<never, RefusalId> {
  return { accepted: false, refusal, ...(detail !== undefined && { detail }) };
}

/** An aggregate in three pure parts: its initial state, its decisions on commands, and its state after an event. */
export interface Decider<State, Command, Event, RefusalId extends string> {
  readonly initial: State;
  readonly decide: (state: State, command: Command) => Decision<Event, RefusalId>;
  readonly evolve: (state: State, event: Event) => State;
}
