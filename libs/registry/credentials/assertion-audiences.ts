import { Inject, Injectable } from '@nestjs/common';
import { SERVER_URL } from '#libs/engine/runtime/tokens.js';
import { TokenSource } from '#libs/registry/access/index.js';
import { INTROSPECTION_PATH } from '#libs/registry/shared/oauth/introspection-path.js';
import { TOKEN_PATH } from '#libs/registry/shared/oauth/token-path.js';

/** The audiences that an assertion for this server may have: its URL, its endpoints, and the issuer of tokens. */
@Injectable()
export class AssertionAudiences {
  #of = '';
  #accepted: ReadonlySet<string> = new Set();

  constructor(
    @Inject(SERVER_URL) private readonly serverUrl: () => string | undefined,
    private readonly tokens: TokenSource,
  ) {}

  accepted(): ReadonlySet<string> {
    const url = this.serverUrl() ?? '';
    const { issuer } = this.tokens;
    if (this.#of !== url + issuer) {
      this.#of = url + issuer;
      const endpoints = [`${url}${INTROSPECTION_PATH}`, `${url}${TOKEN_PATH}`];
      this.#accepted = new Set([url, `${url}/`, ...endpoints, issuer, withOtherEnd(issuer)]);
    }
    return this.#accepted;
  }
}

/** A URL with a slash at its end, or without it: issuers are written both ways. */
function withOtherEnd(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : `${url}/`;
}
