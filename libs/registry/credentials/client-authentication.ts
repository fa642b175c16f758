/** A client that has authenticated. */
export interface AuthenticatedClient {
  readonly clientId: string;
  readonly appId: string;
  readonly projectId: string;
}

/** Authenticates API clients by their secrets and their signed assertions. Nest injects it into other features. */
export abstract class ClientAuthentication {
  /**
   * Authenticates the client of a request.
   *
   * @param authorization the header as received
   * @param form the fields of the body
   * @throws OAuthError invalid_client, after a delay; invalid_request: it authenticates in several ways;
   *   temporarily_unavailable: whether its credentials are valid cannot be known now
   */
  abstract authenticate(authorization: string | undefined, form: URLSearchParams): Promise<AuthenticatedClient>;
}
