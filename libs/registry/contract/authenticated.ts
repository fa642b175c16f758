/** The permission of a call that anyone may make who has a token; named so by the contract's option. */
export const AUTHENTICATED = 'authenticated';
