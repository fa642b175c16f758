import type { Decider } from '#libs/engine/kernel/decider.js';

/**
 * A test of a decider: given these events, when this command is decided, then these events or this refusal.
 */
export function given<State, Command, Event, RefusalId extends string>(
  decider: Decider<State, Command, Event, RefusalId>,
  ...past: readonly Event[]
) {
  return {
    when(command: Command) {
      const decision = decider.decide(past.reduce(decider.evolve, decider.initial), command);
      return {
        thenEvents: (...events: readonly Event[]) => expect(decision).toEqual({ accepted: true, events }),
        /** @param detail what the refusal says of this case; undefined: nothing */
        thenRefused: (refusal: RefusalId, detail?: string) =>
          expect(decision).toEqual({ accepted: false, refusal, detail }),
      };
    },
  };
}
