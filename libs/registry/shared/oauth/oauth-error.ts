import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { HttpError } from '#libs/engine/rpc/errors/http-error.js';
import type { HttpRouteAnswer } from '#libs/engine/rpc/routes/http-route.js';

/** The errors of OAuth's endpoints (RFC 6749, sections 4.1.2.1 and 5.2; `slow_down` of RFC 8628). */
export type OAuthErrorName =
  | 'invalid_request'
  | 'invalid_client'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'server_error';

/** When a client should try again after a temporary error, in seconds. */
const RETRY_AFTER_SECONDS = 1;

/** How a client authenticates (RFC 7235): every 401 has to say it. */
const CHALLENGE = { 'www-authenticate': 'Basic realm="Appledger", charset="UTF-8"' };

/** An error of an OAuth endpoint. */
export class OAuthError extends HttpError {
  private constructor(
    status: number,
    readonly oauthError: OAuthErrorName,
    error: ContractError,
  ) {
    super(status, error);
  }

  /** The request is not as it must be. @param description says what to change, in the characters of RFC 6749 */
  static invalidRequest(description: string): OAuthError {
    return new OAuthError(400, 'invalid_request', ContractError.of(Code.INVALID_ARGUMENT, description));
  }

  /** The client has not authenticated. */
  static invalidClient(description: string): OAuthError {
    return new OAuthError(401, 'invalid_client', ContractError.of(Code.UNAUTHENTICATED, description));
  }

  /** The client, or all clients together, have failed too often. */
  static slowDown(description: string): OAuthError {
    return new OAuthError(429, 'slow_down', ContractError.exhausted(RETRY_AFTER_SECONDS, description));
  }

  /** The question cannot be answered now. */
  static unavailable(description: string): OAuthError {
    return OAuthError.from(HttpError.of(503, Code.UNAVAILABLE, description));
  }

  /** Any error as an OAuth endpoint states it. */
  static from(thrown: HttpError): OAuthError {
    if (thrown instanceof OAuthError) return thrown;
    const { status, error } = thrown;
    const name = nameOf(status);
    const { code, text, retryAfterSeconds = RETRY_AFTER_SECONDS } = error;
    const isTemporary = name === 'temporarily_unavailable' || name === 'slow_down';
    return new OAuthError(status, name, isTemporary ? new ContractError({ code, text, retryAfterSeconds }) : error);
  }
}

/** The answer of an OAuth endpoint for an error: `{"error":…,"error_description":…}`. */
export function oauthErrorAnswer(thrown: HttpError): HttpRouteAnswer {
  const { status, oauthError, error } = OAuthError.from(thrown);
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(status === 401 && CHALLENGE),
      ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
    },
    body: JSON.stringify({ error: oauthError, error_description: described(error.text) }),
  };
}

function nameOf(status: number): OAuthErrorName {
  if (status === 401) return 'invalid_client';
  if (status === 429) return 'slow_down';
  if (status === 503 || status === 504) return 'temporarily_unavailable';
  return status < 500 ? 'invalid_request' : 'server_error';
}

/** RFC 6749 permits in a description all visible ASCII but `"` and `\`. */
function described(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[^\x20-\x7e]|\\/g, '?');
}
