export { accessRefusals } from './access.refusals.js';
export type { Caller, Grant } from './caller.js';
export type { Identity } from './identity.js';
export { IssuedToken } from './issued-token.js';
export { IssuedTokens } from './issued-tokens.js';
export { type RolePermissions, rolesHolding } from './role-permissions.js';
