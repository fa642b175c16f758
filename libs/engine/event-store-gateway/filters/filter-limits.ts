/** Maximum length of a filter's regular expression, in characters; compiling the worst one takes a few milliseconds. */
export const MAX_EXPRESSION_CHARACTERS = 4_096;

/** Maximum number of prefixes in a filter. Clients name a few categories or types. */
export const MAX_PREFIXES = 1_000;

/** Maximum size of all prefixes together, in bytes of UTF-8. A stream name has 1,024 at most. */
export const MAX_PREFIX_BYTES = 65_536;

/**
 * Maximum size of a request that may hold a filter, in bytes: the largest filter and its envelope. Parsing blocks the
 * event loop; 98,304 bytes of the shortest prefixes take a few milliseconds.
 */
export const MAX_FILTER_REQUEST_BYTES = 98_304;

/**
 * Maximum number of matching steps per page of events on the main thread: about 1 ms. Common expressions take 10 to 50
 * steps per name, and a page has at most 500 events. Above this the worker takes over.
 */
export const MAX_STEPS_ON_MAIN_THREAD = 50_000;

/**
 * Maximum number of steps per page in the worker: about half a second, a thousand times what common expressions take.
 * Steps are counted instead of time, so that the result does not depend on the load of the machine.
 */
export const MAX_STEPS_IN_WORKER = 20_000_000;

/** Maximum number of pages queued for the worker: one per read or subscription with an expensive expression. */
export const MAX_QUEUED_PAGES = 32;

/** The worker is terminated if it takes longer than this for a page, ten times what its steps take. */
export const WORKER_TIMEOUT_MS = 10_000;

/** Maximum number of match results that a filter caches. Event types are few, and a stream has many events. */
export const MAX_CACHED_NAMES = 1_000;
