import type { Claims } from './issued-token.js';
import { fetchJson, type IssuerDiscovery, IssuerUnreachableError } from './issuer-discovery.js';

/** Tokens about which the issuer is asked at the same time: invented tokens must not cause a flood of requests to it. */
const MAX_QUESTIONS = 100;

/** Asks the issuer about a token; undefined: it is not active. @throws IssuerUnreachableError */
export type AskIssuer = (token: string) => Promise<Claims | undefined>;

/** How this server authenticates at the issuer's introspection endpoint. */
export interface IssuerClient {
  readonly clientId: string;
  readonly secret: string;
  /** The endpoint; undefined: the one of the issuer's discovery document. */
  readonly address: string | undefined;
}

/** Asks the issuer's introspection endpoint (RFC 7662) about tokens that only the issuer can read. */
export function issuerIntrospection(
  discovery: IssuerDiscovery,
  { clientId, secret, address }: IssuerClient,
): AskIssuer {
  const encoded = `${formEncoded(clientId)}:${formEncoded(secret)}`;
  const headers = {
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(encoded).toString('base64')}`,
  };
  let questions = 0;
  return async (token) => {
    if (questions >= MAX_QUESTIONS) throw new IssuerUnreachableError(new Error('too many tokens are asked about'));
    questions += 1;
    try {
      const body = new URLSearchParams({ token, token_type_hint: 'access_token' });
      return await discovery.using('introspection', async ({ introspection_endpoint: discovered }) =>
        claimsIn(
          await fetchJson(address ?? endpoint(discovered), { method: 'POST', headers, body, redirect: 'error' }),
        ),
      );
    } finally {
      questions -= 1;
    }
  };
}

function endpoint(discovered: unknown): string {
  if (typeof discovered === 'string') return discovered;
  throw new Error('its discovery document names no introspection_endpoint: set APPLEDGER_ISSUER_INTROSPECTION_URL');
}

function claimsIn(answer: unknown): Claims | undefined {
  const { active, ...claims } = (answer ?? {}) as Claims & { readonly active?: unknown };
  if (typeof active !== 'boolean') throw new Error('its introspection endpoint does not say whether a token is active');
  return active ? claims : undefined;
}

/** A text as application/x-www-form-urlencoded writes it (RFC 6749, section 2.3.1). */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
