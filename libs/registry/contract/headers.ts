/** The organization in which a call works, when it is not the caller's own. */
export const ORGANIZATION_HEADER = 'x-zitadel-orgid';

/** The longest id of an organization, in characters: as long as the contract's ids may be. */
export const MAX_ORGANIZATION_LENGTH = 200;

/** An organization's id in its header: visible ASCII. An empty header is none. */
export const ORGANIZATION_PATTERN = /^[!-~]*$/;

/**
 * In the answer of a write, the position in $all of its last event; in a request, the position that the answer must
 * contain. A client that writes through one node can so read its write from any other.
 */
export const POSITION_HEADER = 'x-appledger-position';

/** A position in its header: not negative, of 64 bits. */
export const POSITION_PATTERN = /^[0-9]{1,19}$/;

/** The position of the documents, in an answer that does not contain the required position. */
export const STALE_HEADER = 'x-appledger-stale';

/**
 * In a request to regenerate a secret, how long the former secrets live on: a whole number and a unit, such as `90s`,
 * `30m`, `24h` or `7d`; at most 90 days. Missing, empty or 0: they end at once.
 */
export const OVERLAP_HEADER = 'x-appledger-overlap';

/** In a request that changes something, why: up to {@link MAX_REASON_CHARACTERS}. */
export const REASON_HEADER = 'x-appledger-reason';

/** The longest reason, in characters (Unicode code points). */
export const MAX_REASON_CHARACTERS = 500;

/** In a request that reads, the time or the position as of which it is answered. */
export const AS_OF_HEADER = 'x-appledger-as-of';

/** In an answer to such a request, the position in $all of which it is. */
export const AS_OF_POSITION_HEADER = 'x-appledger-as-of-position';

/** The headers of requests and answers that pages of other origins may use, beside those of the protocols. */
export const contractHeaders = {
  request: [ORGANIZATION_HEADER, POSITION_HEADER, OVERLAP_HEADER, REASON_HEADER, AS_OF_HEADER],
  answer: [POSITION_HEADER, STALE_HEADER, AS_OF_POSITION_HEADER],
} as const;
