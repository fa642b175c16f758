/** Answers the current time, in milliseconds since 1970-01-01 UTC. */
export type Clock = () => number;

/** The machine's clock. */
export const systemClock: Clock = () => Date.now();
