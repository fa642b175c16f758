/** The ids of a client that has authenticated. */
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

  /**
   * The client of an id, without any proof that the caller is this client; undefined: there is none, or it or its
   * project is not active.
   *
   * @throws OAuthError temporarily_unavailable; ReadModelUnavailableError
   */
  abstract activeClient(clientId: string): Promise<AuthenticatedClient | undefined>;
}
