/** The organization in which a call works, when it is not the caller's own. */
export const ORGANIZATION_HEADER = 'x-zitadel-orgid';

/**
 * Where in $all a write ended, in its answer; in a request, what the answer must hold. It lets a client that writes
 * through one node read what it wrote from any other.
 */
export const POSITION_HEADER = 'x-appledger-position';

/** How far the documents are that were answered although they do not hold what was wanted. */
export const STALE_HEADER = 'x-appledger-stale';
