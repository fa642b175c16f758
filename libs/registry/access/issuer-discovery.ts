import type { Log } from '#libs/engine/runtime/logger.js';

/** How long an answer of the issuer is waited for. */
export const ISSUER_TIMEOUT_MS = 5_000;

/** The issuer cannot be reached, so a token can be neither accepted nor refused. */
export class IssuerUnreachableError extends Error {
  override readonly name = 'IssuerUnreachableError';

  constructor(cause: unknown) {
    super('the token issuer cannot be reached to verify the token: try again later', { cause });
  }
}

/** An issuer's discovery document (OpenID Connect Discovery 1.0, section 3; RFC 8414). */
export type IssuerMetadata = Readonly<Record<string, unknown>>;

/** Finds the endpoints of an issuer. Its discovery document is fetched once, and again when an endpoint fails. */
export class IssuerDiscovery {
  #metadata: Promise<IssuerMetadata> | undefined;
  /** The endpoints that did not answer correctly when they were used last. */
  readonly #failing = new Set<string>();

  /**
   * @param issuer its URL, as in the tokens' `iss`
   * @param log gets one entry, with the reason, when the issuer cannot be used, and one when it can be used again
   */
  constructor(
    readonly issuer: string,
    private readonly log: Log,
  ) {}

  /**
   * Uses an endpoint of the issuer.
   *
   * @param endpoint its name for the log
   * @throws IssuerUnreachableError the issuer or the endpoint does not answer correctly
   */
  async using<T>(endpoint: string, use: (metadata: IssuerMetadata) => Promise<T>): Promise<T> {
    try {
      this.#metadata ??= discover(this.issuer);
      const used = await use(await this.#metadata);
      if (this.#failing.delete(endpoint)) {
        this.log.info({ issuer: this.issuer, endpoint }, 'the token issuer can be used');
      }
      return used;
    } catch (error) {
      this.#metadata = undefined; // the endpoint may have moved
      this.#failed(endpoint, error);
      throw new IssuerUnreachableError(error);
    }
  }

  #failed(endpoint: string, error: unknown): void {
    if (this.#failing.has(endpoint)) return;
    this.#failing.add(endpoint);
    const fields = { issuer: this.issuer, endpoint, reason: reasonOf(error) };
    this.log.warn(fields, 'the token issuer cannot be used; trying again');
  }
}

/** Fetches JSON from the issuer. @throws Error it does not answer in time, or not with status 200 and JSON */
export async function fetchJson(address: string, request: RequestInit = {}): Promise<unknown> {
  const response = await fetch(address, { ...request, signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`it answered ${response.status}`);
  }
  return response.json();
}

/**
 * Fetches the discovery document of an issuer (OpenID Connect Discovery 1.0, section 4).
 *
 * @throws Error it cannot be fetched, or it is that of another issuer
 */
export async function fetchDiscovery(issuer: string): Promise<IssuerMetadata> {
  const document = (await fetchJson(discoveryUrl(issuer))) as IssuerMetadata;
  if (document.issuer !== issuer) throw new Error(`it speaks for another issuer: ${String(document.issuer)}`);
  return document;
}

async function discover(issuer: string): Promise<IssuerMetadata> {
  try {
    return await fetchDiscovery(issuer);
  } catch (error) {
    throw new Error(`${discoveryUrl(issuer)} cannot be used`, { cause: error });
  }
}

function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** The message of an error and of its causes: the message of a failed fetch alone does not state the reason. */
function reasonOf(error: unknown): string {
  const { message, code = '', cause } = error as NodeJS.ErrnoException;
  const text = message || code; // an error about several failed addresses has a code alone
  return cause === undefined ? text : `${text}: ${reasonOf(cause)}`;
}
