/** The permission, in the contract's option, of a call that every caller with a token may make. */
export const AUTHENTICATED = 'authenticated';
