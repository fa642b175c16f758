import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { escapedHtml as escaped } from '#libs/engine/kernel/escaped-html.js';

/** The facts that the start page shows. */
export interface ServerFacts {
  readonly version: string;
  /** URL at which clients reach the server, without a trailing slash. */
  readonly url: string;
  readonly events: string;
  readonly documents: string;
  readonly issuer: string;
  /** Whether `/debug` is served on this port, rather than on a separate one. */
  readonly servesDebug: boolean;
  /** With the development issuer: the first project, and a command that prints a token. */
  readonly development:
    | { readonly project: string; readonly tokenCommand: string; readonly users: readonly string[] }
    | undefined;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:3rem auto;padding:0 1rem}pre{overflow:auto}';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const HEALTH_LINKS =
  '<li><a href="debug/healthz">Liveness</a> <a href="debug/ready">Readiness</a> <a href="debug/metrics">Metrics</a></li>';

/**
 * Serves `/`: version, stores, issuer, and links. A browser gets HTML, every other program gets JSON.
 *
 * @param facts called for each request, because the address is known only once the server listens
 */
export function startPageRoute(fastify: FastifyInstance, facts: () => ServerFacts): void {
  fastify.get('/', async (request, reply) => {
    reply.header('vary', 'Accept');
    if (!prefersPage(request)) return reply.type('application/json').send(`${JSON.stringify(asJson(facts()))}\n`);
    return reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY).send(page(facts()));
  });
}

/** Whether a request asks for HTML. Browsers name it; other programs accept everything, or name JSON. */
function prefersPage({ headers }: FastifyRequest): boolean {
  const ranges = (headers.accept ?? '').toLowerCase().split(',').map(mediaRange);
  const quality = (type: string) => ranges.find((range) => range.type === type)?.quality ?? 0;
  const html = Math.max(quality('text/html'), quality('application/xhtml+xml'));
  return html > 0 && html >= quality('application/json');
}

function mediaRange(text: string) {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length);
  return { type, quality: weight === undefined ? 1 : Number(weight) || 0 };
}

function asJson({ version, url, events, documents, issuer, servesDebug, development }: ServerFacts) {
  return {
    product: 'Appledger',
    version,
    stores: { events, documents },
    issuer,
    ...(development && {
      tokenCommand: development.tokenCommand,
      users: development.users,
      firstProject: { id: development.project, url: `${url}${projectPath(development.project)}` },
    }),
    links: {
      documentation: `${url}/docs`,
      openapi: `${url}/openapi.json`,
      ...(servesDebug && {
        health: `${url}/debug/healthz`,
        ready: `${url}/debug/ready`,
        metrics: `${url}/debug/metrics`,
      }),
    },
  };
}

function page({ version, url, events, documents, issuer, servesDebug, development }: ServerFacts): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Appledger</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>Appledger ${escaped(version)}</h1>
    <p>A registry of API clients in which every change is an event.</p>
    <ul>
      <li><a href="docs">All calls, with a form to send them</a> (<a href="openapi.json">OpenAPI</a>)</li>
      ${servesDebug ? HEALTH_LINKS : ''}
      <li>Events: ${escaped(events)}; documents: ${escaped(documents)}</li>
      <li>Issuer of tokens: ${escaped(issuer)}</li>
    </ul>
    ${development === undefined ? '<p>Get a token from this issuer and send it as a bearer token.</p>' : firstSteps(url, development)}
  </body>
</html>
`;
}

function firstSteps(url: string, { project, tokenCommand, users }: NonNullable<ServerFacts['development']>): string {
  const call = `curl -sS -H "Authorization: Bearer $(${tokenCommand})" ${url}${projectPath(project)}`;
  return `<p>Print a token:</p>
    <pre><code>${escaped(tokenCommand)}</code></pre>
    <p>Read the first project, ${escaped(project)}:</p>
    <pre><code>${escaped(call)}</code></pre>
    <p>Sign in with the Authorize button of the <a href="docs">page with all calls</a>, as ${users.map((name) => `<code>${escaped(name)}</code>`).join(', ')}. The sign-in is for development only. Print the passwords:</p>
    <pre><code>${escaped(`${tokenCommand} --users`)}</code></pre>`;
}

function projectPath(project: string): string {
  return `/management/v1/projects/${project}`;
}
