/** The organization in which a call works, when it is not the caller's own. */
export const ORGANIZATION_HEADER = 'x-zitadel-orgid';

/** The longest id of an organization, in characters: as long as the contract's ids may be. */
export const MAX_ORGANIZATION_LENGTH = 200;

/** An organization's id in its header: visible ASCII. An empty header is none. */
export const ORGANIZATION_PATTERN = /^[!-~]*$/;

/**
 * Where in $all a write ended, in its answer; in a request, what the answer must hold. It lets a client that writes
 * through one node read what it wrote from any other.
 */
export const POSITION_HEADER = 'x-appledger-position';

/** A position in its header: not negative, of 64 bits. */
export const POSITION_PATTERN = /^[0-9]{1,19}$/;

/** How far the documents are that were answered although they do not hold what was wanted. */
export const STALE_HEADER = 'x-appledger-stale';

/** What requests may hold of these headers, and answers, beside those of the protocols: for pages of other origins. */
export const contractHeaders = {
  request: [ORGANIZATION_HEADER, POSITION_HEADER],
  answer: [POSITION_HEADER, STALE_HEADER],
} as const;
