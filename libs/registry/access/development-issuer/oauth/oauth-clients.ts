import { DOCS_REDIRECT_PATH } from '#libs/engine/rpc/edge/documentation-routes.js';
import { isLoopback } from '#libs/engine/runtime/configuration.js';

/** The public client of `/docs`. */
export const DOCS_CLIENT = 'appledger-docs';

/** The client that stands for callers who send an assertion of a machine user and no credentials of a client. */
export const MACHINE_CLIENT = 'appledger-machine-users';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** A registered API client that may use the development issuer now. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly name: string;
  readonly projectId: string;
  readonly organization: string;
}

/** The API clients of the registry, as the development issuer needs them. */
export interface RegisteredClients {
  /** The client of this id that may be used now; undefined: there is none. @throws HttpError that cannot be known now */
  find(clientId: string): Promise<RegisteredClient | undefined>;
  /**
   * The client whose secret or assertion a request has.
   *
   * @param authorization the header as received
   * @throws OAuthError it has none that is valid, or that cannot be known now
   */
  authenticate(authorization: string | undefined, form: URLSearchParams): Promise<Pick<RegisteredClient, 'clientId'>>;
}

/** The metadata of the clients that are part of the issuer, as OpenID Connect Dynamic Client Registration names them. */
export function builtInClients(issuer: string): readonly object[] {
  return [
    {
      client_id: DOCS_CLIENT,
      client_name: 'The documentation page of this server',
      token_endpoint_auth_method: 'none',
      redirect_uris: [`${issuer}${DOCS_REDIRECT_PATH}`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    {
      client_id: MACHINE_CLIENT,
      token_endpoint_auth_method: 'none',
      redirect_uris: [],
      grant_types: [JWT_BEARER],
      response_types: [],
    },
  ];
}

/**
 * The metadata of a registered client.
 *
 * @param handoverSecret proves to the provider that this process has authenticated the client
 */
export function registeredMetadata({ clientId, name }: RegisteredClient, handoverSecret: string): object {
  return {
    client_id: clientId,
    client_name: name,
    client_secret: handoverSecret,
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: ['http://127.0.0.1/'], // the contract has none: see isAllowedRedirect
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', JWT_BEARER],
    response_types: ['code'],
  };
}

/**
 * Whether users may be sent back to this URI. `/docs` names the page of this server by the address that the browser
 * has; a registered client, for which the contract states no URI, any page on the machine of the user.
 *
 * @param ownUrls the URLs of this server
 */
export function isAllowedRedirect(clientId: string, uri: string, ownUrls: readonly string[]): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, port, pathname, username, password, search } = new URL(uri);
  if (uri.includes('#') || username !== '' || password !== '' || !/^https?:$/.test(protocol)) return false;
  if (clientId !== DOCS_CLIENT) return isLoopbackName(hostname);
  if (pathname !== DOCS_REDIRECT_PATH || search !== '') return false;
  return ownUrls.some((url) => {
    const own = new URL(url);
    if (own.protocol !== protocol || own.port !== port) return false;
    return own.hostname === hostname || (isLoopbackName(own.hostname) && isLoopbackName(hostname));
  });
}

/** Whether the name of a host in a URL leads to this machine. */
export function isLoopbackName(hostname: string): boolean {
  return isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}
