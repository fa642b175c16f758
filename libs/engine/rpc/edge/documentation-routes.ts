import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { ApiDescription } from '../openapi/api-description.js';
import { openApiText, type Serving, type SignIn } from '../openapi/openapi.js';

const ASSET_MAX_AGE_SECONDS = 3_600;

/**
 * Swagger UI writes styles into its elements, and shows images that are part of its style sheet.
 *
 * @param tokenUrl to which the page sends the code of a sign-in
 */
function pagePolicy(tokenUrl: string | undefined): string {
  const issuer = tokenUrl !== undefined && URL.canParse(tokenUrl) ? ` ${new URL(tokenUrl).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${issuer}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The page to which the issuer sends the user of `/docs` back. */
export const DOCS_REDIRECT_PATH = '/docs/oauth2-redirect.html';

const pageOf = (title: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}'s API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/show.js"></script>
  </body>
</html>
`;

/** The page calls no external validator, and does not store tokens. */
const showScript = (signIn: DocumentedSignIn | undefined) => `const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
  persistAuthorization: false,
  oauth2RedirectUrl: new URL('${DOCS_REDIRECT_PATH}', location.href).href,
});
${signIn === undefined ? '' : `ui.initOAuth(${JSON.stringify(signInOptions(signIn))});\n`}`;

/** Every sign-in asks for the user: the form is also the way to become another one. */
function signInOptions({ clientId, flow }: DocumentedSignIn) {
  return {
    clientId: clientId ?? '',
    scopes: Object.keys(flow.scopes),
    usePkceWithAuthorizationCodeGrant: true,
    additionalQueryStringParams: { prompt: 'login' },
  };
}

/** How users sign in, and the client as which `/docs` does it. */
export interface DocumentedSignIn {
  readonly flow: SignIn;
  /** undefined: the user enters it. */
  readonly clientId: string | undefined;
}

/** The facts about this server in the description and on its page. */
export interface DocumentedServer extends Omit<Serving, 'signIn'> {
  /** How users sign in now; undefined: that is not known. */
  signIn(): Promise<DocumentedSignIn | undefined>;
}

/** Gives the code to the page that opened it. */
const REDIRECT_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Signed in</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <script src="/docs/oauth2-redirect.js"></script>
  </body>
</html>
`;

const HTML = 'text/html; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

/**
 * Serves the description of the API: `/openapi.json`, and `/docs`, a page that shows it and can make calls. The page
 * loads nothing from other servers.
 *
 * @param api the API that is described
 * @param server the facts about this server in the description
 * @throws Error at start, if the contract uses a feature that cannot be described
 */
export function documentationRoutes(fastify: FastifyInstance, api: ApiDescription, server: DocumentedServer): void {
  const page = pageOf(api.title);
  const { signIn: signInNow, ...facts } = server;
  let written: { readonly flow?: SignIn | undefined; readonly text: string } = { text: openApiText(api, facts) };
  fastify.get('/openapi.json', async (_, reply) => {
    const flow = (await signInNow())?.flow;
    if (flow !== written.flow) written = { flow, text: openApiText(api, { ...facts, signIn: flow }) };
    return reply.type('application/json').send(written.text);
  });
  for (const path of ['/docs', '/docs/']) {
    fastify.get(path, async (_, reply) => {
      const policy = pagePolicy((await signInNow())?.flow.tokenUrl);
      return reply.type(HTML).header('content-security-policy', policy).send(page);
    });
  }
  fastify.get('/docs/show.js', async (_, reply) => reply.type(JAVASCRIPT).send(showScript(await signInNow())));
  fastify.get(DOCS_REDIRECT_PATH, async (_, reply) => {
    return reply.type(HTML).header('content-security-policy', pagePolicy(undefined)).send(REDIRECT_PAGE);
  });
  for (const [name, type] of [
    ['swagger-ui.css', CSS],
    ['swagger-ui-bundle.js', JAVASCRIPT],
    ['oauth2-redirect.js', JAVASCRIPT],
  ] as const) {
    // Read on request: most servers never serve it, and it is 2 MB in size.
    fastify.get(`/docs/${name}`, async (_, reply) =>
      reply
        .type(type)
        .header('cache-control', `public, max-age=${ASSET_MAX_AGE_SECONDS}`)
        .send(await readFile(assetPath(name))),
    );
  }
}

/** The path of a file in Swagger UI's package. */
function assetPath(name: string): string {
  return fileURLToPath(new URL(`static/${name}`, import.meta.resolve('@fastify/swagger-ui/package.json')));
}
