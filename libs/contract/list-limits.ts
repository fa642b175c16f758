/** What a list answers when it is not told how much. */
export const DEFAULT_LIST_LIMIT = 100;

/** What a list answers at most; who asks for more is refused, never given less in silence. */
export const MAX_LIST_LIMIT = 1_000;

/**
 * How many conditions a list takes, as many as the contract allows of types of events. Each is asked of every document
 * that the others leave: two thousand of them, which a request may hold, kept the event loop for seconds.
 */
export const MAX_LIST_CONDITIONS = 30;
