export { accessRefusals } from './access.refusals.js';
export type { Caller, Grant } from './caller.js';
export { claimOf } from './claim-path.js';
export type { Identity } from './identity.js';
export { type IssuedToken, TokenSource } from './issued-token.js';
export { type RolePermissions, rolesHolding } from './role-permissions.js';
