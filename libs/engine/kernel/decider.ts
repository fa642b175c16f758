/** What a decision comes to: the events that happened, or the reason why none did. */
export type Decision<Event, RefusalId extends string> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly refusal: RefusalId };

/** Accepts a command: these events are what happened. */
export function accept<Event>(...events: readonly Event[]): Decision<Event, never> {
  return { accepted: true, events };
}

/** Refuses a command by the stable id of the reason; libs/registry/contract maps the id to code and text. */
export function refuse<RefusalId extends string>(refusal: RefusalId): Decision<never, RefusalId> {
  return { accepted: false, refusal };
}

/** An aggregate as three pure parts: where it starts, what a command comes to, what an event changes. */
export interface Decider<State, Command, Event, RefusalId extends string> {
  readonly initial: State;
  readonly decide: (state: State, command: Command) => Decision<Event, RefusalId>;
  readonly evolve: (state: State, event: Event) => State;
}
