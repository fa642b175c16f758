/** The largest request message or body, in bytes. */
export const MAX_BODY_BYTES = 65_536;

/** The longest request line and headers together, in bytes: Node's own default. */
export const MAX_HEADER_BYTES = 16_384;

/**
 * The limit that Node enforces, in bytes; Node answers a bare status beyond it. Headers longer than
 * {@link MAX_HEADER_BYTES} and within this limit are read, and refused in the form of the request's protocol.
 */
export const MAX_READ_HEADER_BYTES = 4 * MAX_HEADER_BYTES;

/** How long a client may take to send a request, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000;

/**
 * How long an idle connection is kept, in milliseconds: longer than the 60 s of common load balancers, so that the load
 * balancer closes it.
 */
export const KEEP_ALIVE_MS = 72_000;
