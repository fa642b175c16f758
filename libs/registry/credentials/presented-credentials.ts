import { OAuthError } from '#libs/registry/shared/oauth/oauth-error.js';

/** The value of `client_assertion_type` for a signed assertion (RFC 7523, section 2.2). */
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** What a client presents to authenticate. */
export type PresentedCredentials =
  | { readonly method: 'secret'; readonly clientId: string; readonly secret: string }
  | {
      readonly method: 'assertion';
      /** A JWT that the client has signed. */
      readonly assertion: string;
      /** The client that the request names beside it; undefined: none. */
      readonly clientId: string | undefined;
    };

/**
 * Reads what a client presents: its id and secret in the header (`client_secret_basic`) or in the form
 * (`client_secret_post`), or a signed assertion (`private_key_jwt`).
 *
 * @param authorization the header as received
 * @throws OAuthError invalid_client: it presents nothing that can be read; invalid_request: it presents two things
 */
export function presentedCredentials(authorization: string | undefined, form: URLSearchParams): PresentedCredentials {
  const assertion = form.get('client_assertion') || undefined;
  const type = form.get('client_assertion_type') || undefined;
  const secret = form.get('client_secret') || undefined;
  const clientId = form.get('client_id') || undefined;
  const presented = [authorization, assertion ?? type, secret].filter((each) => each !== undefined);
  if (presented.length > 1) {
    throw OAuthError.invalidRequest(
      'authenticate in one way: the header authorization, client_secret, or client_assertion',
    );
  }
  if (authorization !== undefined) return fromHeader(authorization, clientId);
  if (assertion !== undefined || type !== undefined) return fromAssertion(assertion, type, clientId);
  if (secret !== undefined && clientId !== undefined) return { method: 'secret', clientId, secret };
  throw OAuthError.invalidClient(
    'authenticate with HTTP Basic (client id and secret), with client_id and client_secret, or with client_assertion',
  );
}

function fromHeader(authorization: string, named: string | undefined): PresentedCredentials {
  const [, encoded] = BASIC.exec(authorization) ?? [];
  if (encoded === undefined) {
    throw OAuthError.invalidClient("the header authorization must be 'Basic' and base64 of the client id and secret");
  }
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw OAuthError.invalidClient('the header authorization must hold a client id, a colon and a secret');
  const clientId = formDecoded(text.slice(0, colon));
  const secret = formDecoded(text.slice(colon + 1));
  if (clientId === undefined || secret === undefined) {
    throw OAuthError.invalidClient(
      'the client id and the secret in the header authorization must be form-encoded (RFC 6749, section 2.3.1)',
    );
  }
  if (named !== undefined && named !== clientId) {
    throw OAuthError.invalidRequest('client_id must be the client of the header authorization, or be left out');
  }
  return { method: 'secret', clientId, secret };
}

function fromAssertion(
  assertion: string | undefined,
  type: string | undefined,
  clientId: string | undefined,
): PresentedCredentials {
  if (type !== JWT_BEARER) throw OAuthError.invalidRequest(`client_assertion_type must be ${JWT_BEARER}`);
  if (assertion === undefined) throw OAuthError.invalidRequest('client_assertion must hold the signed assertion');
  return { method: 'assertion', assertion, clientId };
}

/** A text as application/x-www-form-urlencoded writes it, decoded; undefined: its percent signs are not followed by characters. */
function formDecoded(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
