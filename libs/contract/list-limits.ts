/** What a list answers when it is not told how much. */
export const DEFAULT_LIST_LIMIT = 100;

/** What a list answers at most; who asks for more is refused, never given less in silence. */
export const MAX_LIST_LIMIT = 1_000;
