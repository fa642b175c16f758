import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { ApiDescription } from '../openapi/api-description.js';
import { openApiText, type Serving } from '../openapi/openapi.js';

const ASSET_MAX_AGE_SECONDS = 3_600;

/** Swagger UI writes styles into its elements, and shows images that are part of its style sheet. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
const SHOW = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
  persistAuthorization: false,
});
`;

const HTML = 'text/html; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

/**
 * Serves the description of the API: `/openapi.json`, and `/docs`, a page that shows it and can make calls. The page
 * loads nothing from other servers.
 *
 * @param api the API that is described
 * @param serving the facts about this server in the description
 * @throws Error at start, if the contract uses a feature that cannot be described
 */
export function documentationRoutes(fastify: FastifyInstance, api: ApiDescription, serving: Serving): void {
  const document = openApiText(api, serving);
  const page = pageOf(api.title);
  fastify.get('/openapi.json', async (_, reply) => reply.type('application/json').send(document));
  for (const path of ['/docs', '/docs/']) {
    fastify.get(path, async (_, reply) => {
      return reply.type(HTML).header('content-security-policy', PAGE_POLICY).send(page);
    });
  }
  fastify.get('/docs/show.js', async (_, reply) => reply.type(JAVASCRIPT).send(SHOW));
  for (const [name, type] of [
    ['swagger-ui.css', CSS],
    ['swagger-ui-bundle.js', JAVASCRIPT],
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
