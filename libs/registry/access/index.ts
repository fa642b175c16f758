export type { Caller, Grant } from './caller.js';
export type { Identity } from './identity.js';
