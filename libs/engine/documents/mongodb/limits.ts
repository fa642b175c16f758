/**
 * Replaced by one command. Some servers of MongoDB's protocol hold a connection to their own database for each, until
 * the command ends, and hang for good when all of their hundred are held: with {@link UPDATE_COMMANDS} and a few
 * readers it stays below.
 */
export const UPDATES_PER_COMMAND = 20;

/** Commands with updates that are under way at once, whatever the collection. */
export const UPDATE_COMMANDS = 2;

/** Inserted by one command; the driver cuts it where the bytes are too many. */
export const INSERTS_PER_COMMAND = 2_000;

/** Commands with inserts that are under way at once, whatever the collection. */
export const INSERT_COMMANDS = 2;

/** Asked for by one command. */
export const IDS_PER_QUERY = 1_000;

/** Sent by the server at once while a collection is scanned. */
export const SCAN_BATCH_DOCUMENTS = 1_000;

/**
 * The longest that a command waits for its answer. A server that does not answer at all is found out sooner, by
 * {@link HEARTBEAT_MS} and {@link CONNECT_LIMIT_MS}.
 */
export const COMMAND_LIMIT_MS = 20_000;

/** The longest that a command waits for a server to send it to, while none is known to be gone. */
export const SELECTION_LIMIT_MS = 1_000;

/** The longest that a connection may take, and the answer to the question whether the server is there. */
export const CONNECT_LIMIT_MS = 5_000;

/** How often each server is asked whether it is there. */
export const HEARTBEAT_MS = 1_000;

/** Connections to each server. */
export const MAX_CONNECTIONS = 32;
