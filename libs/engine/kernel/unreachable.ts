/**
 * Ends a switch over a union. A missing case does not compile, and an unknown value at run time (a newer event type, an
 * edited record) throws instead of being ignored.
 */
export function unreachable(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}
