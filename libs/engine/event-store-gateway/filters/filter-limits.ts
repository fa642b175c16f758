/** A filter's expression is some words long. Compiling the worst one of this length takes some milliseconds. */
export const MAX_EXPRESSION_CHARACTERS = 4_096;

/** A client names some categories or types; with more prefixes it wants a projection of its own. */
export const MAX_PREFIXES = 1_000;

/** All prefixes together, in bytes of UTF-8. A stream's name has 1,024 at most. */
export const MAX_PREFIX_BYTES = 65_536;

/**
 * A request that may hold a filter, in bytes: the largest filter and what stands around it. Parsing it holds up
 * everything else, and 98,304 bytes of the shortest prefixes are parsed in a few milliseconds.
 */
export const MAX_FILTER_REQUEST_BYTES = 98_304;

/**
 * Steps of an expression's machine for one page of events on the main thread: about 1 ms. Usual expressions take 10 to
 * 50 steps for a name, and a page has 500 at most. What takes more goes to the worker.
 */
export const MAX_STEPS_HERE = 50_000;

/**
 * Steps for one page in the worker: about half a second, a thousand times what usual expressions take. Steps are
 * counted, not time: a busy machine refuses nothing that a quiet one takes.
 */
export const MAX_STEPS_IN_WORKER = 20_000_000;

/** Pages that wait for the worker: one for each read or subscription whose expression is expensive. */
export const MAX_WAITING_PAGES = 32;

/** A worker that has not answered a page after this is ended: its steps take a tenth of the time. */
export const WORKER_ANSWERS_WITHIN_MS = 10_000;

/** Comparisons whose result a filter remembers: event types are few, and a stream has many events. */
export const MAX_REMEMBERED_NAMES = 1_000;
