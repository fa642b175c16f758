/** The result of a decision: the events that happened, or the id of the refusal. */
export type Decision<Event, RefusalId extends string> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly refusal: RefusalId };

/** Accepts a command with the events that it causes. */
export function accept<Event>(...events: readonly Event[]): Decision<Event, never> {
  return { accepted: true, events };
}

/** Refuses a command. @param refusal the stable id of the reason; an error catalogue maps it to code and text */
export function refuse<RefusalId extends string>(refusal: RefusalId): Decision<never, RefusalId> {
  return { accepted: false, refusal };
}

/** An aggregate in three pure parts: its initial state, its decisions on commands, and its state after an event. */
export interface Decider<State, Command, Event, RefusalId extends string> {
  readonly initial: State;
  readonly decide: (state: State, command: Command) => Decision<Event, RefusalId>;
  readonly evolve: (state: State, event: Event) => State;
}
