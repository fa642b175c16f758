/** What other features may use of credentials: types, and the token by which Nest injects the authentication of clients. */
export {
  type AuthenticatedClient,
  CLIENT_AUTHENTICATION,
  type ClientAuthentication,
} from './client-authentication.js';
