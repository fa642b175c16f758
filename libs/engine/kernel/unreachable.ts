/**
 * Ends a switch over a union. A case that is missing does not compile, and one that slips in at run time
 * (a newer event type, a hand-edited record) throws instead of being ignored.
 */
export function unreachable(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}
