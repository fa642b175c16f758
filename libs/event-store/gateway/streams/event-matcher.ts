import type { StoredEvent } from '../../embedded/record.js';

/** Says whether an event is wanted. */
export type EventMatcher = (event: StoredEvent) => boolean;

/**
 * A filter as EventStoreDB's clients send it: by the stream's name or the event's type, which must begin with one of
 * the prefixes or, when there are none, match the regular expression.
 *
 * @throws RangeError the expression cannot be understood, or both are empty
 */
export function matcherOf(of: 'stream' | 'type', prefixes: readonly string[], regex: string): EventMatcher {
  if (prefixes.length > 0) return prefixMatcher(of, prefixes);
  if (regex === '') throw new RangeError('the filter has neither prefixes nor a regular expression');
  const expression = compiled(regex);
  return of === 'stream' ? ({ stream }) => expression.test(stream) : ({ type }) => expression.test(type);
}

/** Compares bytes: names need not be decoded for it. */
function prefixMatcher(of: 'stream' | 'type', prefixes: readonly string[]): EventMatcher {
  const beginnings = prefixes.map((prefix) => Buffer.from(prefix));
  const begins = (name: Buffer) =>
    beginnings.some((bytes) => name.length >= bytes.length && name.subarray(0, bytes.length).equals(bytes));
  return of === 'stream' ? ({ streamBytes }) => begins(streamBytes) : ({ typeBytes }) => begins(typeBytes);
}

function compiled(regex: string): RegExp {
  try {
    return new RegExp(regex, 'u');
  } catch (error) {
    throw new RangeError(`the filter's regular expression cannot be used: ${(error as Error).message}`);
  }
}
