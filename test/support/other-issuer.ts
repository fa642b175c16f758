import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** An issuer as providers run them: discovery, keys and introspection over HTTP. */
export interface OtherIssuer {
  readonly url: string;
  /** The requests that it received, as `VERB path`. */
  readonly requests: string[];
  /** What its introspection endpoint answers for each token; other tokens are not active. */
  readonly opaque: Map<string, object>;
  /** The authorization headers that its introspection endpoint received. */
  readonly authorizations: string[];
  /** The status of all of its answers; 0: it closes the connection. */
  status: number;
  /** Signs with a new key from now on, which it publishes. */
  rotate(algorithm?: string): Promise<void>;
  sign(claims: JWTPayload, header?: { readonly kid?: string; readonly typ?: string }): Promise<string>;
  close(): Promise<void>;
}

/** Starts an issuer on a free port. */
export async function startOtherIssuer(): Promise<OtherIssuer> {
  const keys: JWK[] = [];
  let signer = await generateKeyPair('RS256');
  let current = { alg: 'RS256', kid: '' };
  const issuer = {
    requests: [] as string[],
    authorizations: [] as string[],
    opaque: new Map<string, object>(),
    status: 200,
  };
  const server = createServer(async (request, response) => {
    issuer.requests.push(`${request.method} ${request.url}`);
    const form = new URLSearchParams(await bodyOf(request));
    if (issuer.status === 0) return void request.socket.destroy();
    response.writeHead(issuer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer(request, form)));
  });
  const answer = ({ url, headers }: IncomingMessage, form: URLSearchParams): object => {
    if (url === '/keys') return { keys };
    if (url !== '/introspect') {
      return {
        issuer: urlOf(server),
        jwks_uri: `${urlOf(server)}/keys`,
        introspection_endpoint: `${urlOf(server)}/introspect`,
      };
    }
    issuer.authorizations.push(headers.authorization ?? '');
    return issuer.opaque.get(form.get('token') ?? '') ?? { active: false };
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const started: OtherIssuer = Object.assign(issuer, {
    url: urlOf(server),
    async rotate(alg = 'RS256') {
      signer = await generateKeyPair(alg);
      current = { alg, kid: `${alg}-${keys.length}` };
      keys.push({ ...(await exportJWK(signer.publicKey)), ...current, use: 'sig' });
    },
    sign: (claims: JWTPayload, header: object = {}) =>
      new SignJWT({ iss: urlOf(server), exp: Math.floor(Date.now() / 1000) + 600, ...claims })
        .setProtectedHeader({ ...current, ...header })
        .sign(signer.privateKey),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  await started.rotate();
  return started;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
