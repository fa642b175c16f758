import { ArrayMaxSize, Max } from 'class-validator';

/** What a list answers when it is not told how much. */
const DEFAULT_LIST_LIMIT = 100;

/** What a list answers at most; who asks for more is refused, never given less in silence. */
const MAX_LIST_LIMIT = 1_000;

/**
 * How many conditions a list takes, as many as the contract allows of types of events. Each is asked of every document
 * that the others leave: two thousand of them, which a request may hold, kept the event loop for seconds.
 */
const MAX_LIST_CONDITIONS = 30;

/** How much a list answers, as its query asks. */
export function listLimit(query: { readonly limit: number } | undefined): number {
  return query?.limit || DEFAULT_LIST_LIMIT;
}

/**
 * The rule for a property that holds how much a list answers.
 *
 * @param rest the field of the query by which the rest is asked for
 */
export function FollowsListLimit(rest: string): PropertyDecorator {
  return Max(MAX_LIST_LIMIT, {
    message: `must be at most ${MAX_LIST_LIMIT} (got $value): ask for the rest with ${rest}`,
    context: { field: 'query.limit' },
  });
}

/** Keeps the conditions of a list few: who sends more is refused. */
export function FewConditions(): PropertyDecorator {
  return ArrayMaxSize(MAX_LIST_CONDITIONS, {
    message: ({ value }) => `must have at most ${MAX_LIST_CONDITIONS} items (got ${value.length})`,
  });
}
