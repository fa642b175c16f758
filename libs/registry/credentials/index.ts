/** What other features may use of credentials: types, and abstract classes by which Nest injects what they do. */
export { type AuthenticatedClient, ClientAuthentication } from './client-authentication.js';
export { LastUsed } from './last-used.js';
