import { claimOf, type IssuedToken } from '#libs/registry/access/index.js';

/** The answer for every token that is not active for the client that asks (RFC 7662, section 2.2). */
export const INACTIVE = JSON.stringify({ active: false });

/** The claims in which ZITADEL states roles, organization and project. */
const ZITADEL_CLAIMS = 'urn:zitadel:iam:';

/** The answers for one token, as JSON. */
export class IntrospectionAnswers {
  #full: string | undefined;
  #minimal: string | undefined;

  constructor(
    private readonly token: IssuedToken,
    /** The claims that answers hold beside those of RFC 7662 and of ZITADEL, or the paths to them. */
    private readonly claims: readonly string[],
  ) {}

  /** All that a resource server may know. */
  get full(): string {
    this.#full ??= JSON.stringify(fullAnswer(this.token, this.claims));
    return this.#full;
  }

  /** The least: whether it is active, for whom, until when. */
  get minimal(): string {
    this.#minimal ??= JSON.stringify(minimalAnswer(this.token));
    return this.#minimal;
  }
}

function minimalAnswer({ audiences: aud, claims: { exp, sub } }: IssuedToken): object {
  return { active: true, aud, exp: seconds(exp), sub: textOf(sub) };
}

function fullAnswer(token: IssuedToken, further: readonly string[]): object {
  const { claims } = token;
  const { iat, iss, jti, nbf } = claims;
  const named = further.map((path) => claimOf(claims, path));
  const granted = Object.entries(claims).filter(([claim]) => claim.startsWith(ZITADEL_CLAIMS) || named.includes(claim));
  return {
    ...minimalAnswer(token),
    client_id: textOf(claims.client_id) ?? textOf(claims.azp),
    iat: seconds(iat),
    iss,
    jti: textOf(jti),
    nbf: seconds(nbf),
    scope: scopeOf(claims),
    token_type: 'Bearer',
    username: textOf(claims.username) ?? textOf(claims.preferred_username),
    ...Object.fromEntries(granted),
  };
}

/** The scopes, separated by blanks. Some issuers list them, or call them `scp`. */
function scopeOf({ scope, scp }: IssuedToken['claims']): string | undefined {
  const stated = scope ?? scp;
  return Array.isArray(stated) ? stated.filter((each) => typeof each === 'string').join(' ') : textOf(stated);
}

/** RFC 7662 states times as whole numbers; a JWT may have fractions. */
function seconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(time);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
