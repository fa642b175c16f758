/**
 * Replacements in one command. Some servers that speak MongoDB's protocol hold a connection to their own database for
 * each replacement until the command ends, and hang for ever when all of their hundred are held: with
 * {@link UPDATE_COMMANDS} and a few readers the number stays below that.
 */
export const UPDATES_PER_COMMAND = 20;

/** Update commands in flight, over all collections. */
export const UPDATE_COMMANDS = 2;

/** Inserts in one command; the driver splits it if it has too many bytes. */
export const INSERTS_PER_COMMAND = 2_000;

/** Insert commands in flight, over all collections. */
export const INSERT_COMMANDS = 2;

/** Ids in one query. */
export const IDS_PER_QUERY = 1_000;

/** Documents that the server sends at once in a scan. */
export const SCAN_BATCH_DOCUMENTS = 1_000;

/**
 * The longest time that a command waits for its answer. A server that does not answer at all is detected earlier, by
 * {@link HEARTBEAT_MS} and {@link CONNECT_LIMIT_MS}.
 */
export const COMMAND_LIMIT_MS = 20_000;

/** The longest time that a command waits for a server it can be sent to. */
export const SELECTION_LIMIT_MS = 1_000;

/** The longest time for a connection to be established, and for the answer to a heartbeat. */
export const CONNECT_LIMIT_MS = 5_000;

/** The time between two heartbeats to each server. */
export const HEARTBEAT_MS = 1_000;

/** The largest number of connections to each server. */
export const MAX_CONNECTIONS = 32;
