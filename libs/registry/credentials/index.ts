/** What other features may use of credentials. */
export { type AuthenticatedClient, ClientAuthenticator } from './client-authenticator.js';
export { INTROSPECTION_PATH } from './introspection-path.js';
