/** A client that has authenticated. */
export interface AuthenticatedClient {
  readonly clientId: string;
  readonly appId: string;
  readonly projectId: string;
}

/** Authenticates API clients by their secrets and their signed assertions. */
export interface ClientAuthentication {
  /**
   * Authenticates the client of a request.
   *
   * @param authorization the header as received
   * @param form the fields of the body
   * @throws OAuthError invalid_client, after a delay; invalid_request: it authenticates in several ways;
   *   temporarily_unavailable: whether its credentials are valid cannot be known now
   */
  authenticate(authorization: string | undefined, form: URLSearchParams): Promise<AuthenticatedClient>;
}

/** Nest's injection token of {@link ClientAuthentication}. */
export const CLIENT_AUTHENTICATION = Symbol('ClientAuthentication');
