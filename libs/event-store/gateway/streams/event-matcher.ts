import { RE2JS } from 're2js';
import type { StoredEvent } from '../../embedded/record.js';
import { wantedBy } from '../../embedded/wanted-events.js';

/** Says whether an event is wanted. */
export type EventMatcher = (event: StoredEvent) => boolean;

/** A filter is some words long; a reader must not be able to make each comparison expensive. */
const MAX_EXPRESSION_CHARACTERS = 4_096;

/** Of an expression that cannot be used an error repeats no more: it goes into a trailer. */
const MAX_REASON_CHARACTERS = 200;

/**
 * A filter as EventStoreDB's clients send it: by the stream's name or the event's type, which must begin with one of
 * the prefixes or, when there are none, match the regular expression.
 *
 * @throws RangeError the expression cannot be understood, or both are empty
 */
export function matcherOf(of: 'stream' | 'type', prefixes: readonly string[], regex: string): EventMatcher {
  if (prefixes.length > 0) return wantedBy(of === 'stream' ? { streamPrefixes: prefixes } : { typePrefixes: prefixes });
  if (regex === '') throw new RangeError('the filter has neither prefixes nor a regular expression');
  const expression = compiled(regex);
  return of === 'stream' ? ({ stream }) => expression.test(stream) : ({ type }) => expression.test(type);
}

/**
 * RE2 decides in linear time: with V8's own expressions one reader could keep the whole server busy for ever. It takes
 * what .NET takes (`\A`, `(?i)`), but look-around and references to groups.
 */
function compiled(regex: string): RE2JS {
  if (regex.length > MAX_EXPRESSION_CHARACTERS) {
    throw new RangeError(
      `the filter's regular expression must have at most ${MAX_EXPRESSION_CHARACTERS} characters (got ${regex.length})`,
    );
  }
  try {
    return RE2JS.compile(regex);
  } catch (error) {
    const reason = (error as Error).message.slice(0, MAX_REASON_CHARACTERS);
    throw new RangeError(
      `the filter's regular expression cannot be used: ${reason}; it must be one that RE2 takes, without look-around and references`,
    );
  }
}
