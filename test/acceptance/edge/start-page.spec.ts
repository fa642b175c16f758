import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp, onGateway, onMongoDb, startServer } from '../../support/server.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

// biome-ignore lint/suspicious/noExplicitAny: what a stranger reads
const json = async (answer: Response): Promise<any> => answer.json();

const root = (accept?: string, method = 'GET') =>
  fetch(`${appledger.server.url}/`, { method, headers: accept === undefined ? {} : { accept } });

describe('/', () => {
  it('shows a browser what is running, with links', async () => {
    const answer = await root(BROWSER);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('vary')).toBe('Accept');
    const page = await answer.text();
    for (const text of [version, appledger.development.project, appledger.server.dataDir]) expect(page).toContain(text);
    const links = Array.from(page.matchAll(/href="([a-z][^":,]*)"/g), ([, link = '']) => link);
    expect(links).toEqual(['docs', 'openapi.json', 'debug/healthz', 'debug/ready', 'debug/metrics', 'docs']);
    for (const link of links) expect((await fetch(new URL(link, `${appledger.server.url}/`))).status).not.toBe(404);
  });

  it.each([undefined, '*/*', 'application/json', 'application/json, text/html;q=0.9', 'text/html;q=0'])(
    'tells programs the same as JSON (Accept: %s)',
    async (accept) => {
      const answer = await root(accept);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await json(answer)).toMatchObject({
        version,
        stores: {
          events: onGateway ? 'EventStoreDB' : 'embedded',
          documents: onMongoDb ? 'MongoDB' : 'embedded',
        },
        issuer: appledger.server.url,
        firstProject: { id: appledger.development.project },
        links: { documentation: `${appledger.server.url}/docs` },
      });
    },
  );

  it('shows a command that prints a token, and a project that this token can read', async () => {
    const { tokenCommand, firstProject } = await json(await root());
    const token = execFileSync('bash', ['-c', tokenCommand], { cwd: '/', encoding: 'utf8' }).trim();
    const answer = await fetch(firstProject.url, { headers: { authorization: `Bearer ${token}` } });
    expect((await json(answer)).project.id).toBe(appledger.development.project);
  });

  it('sends security headers that forbid scripts', async () => {
    for (const accept of [BROWSER, '*/*']) {
      const { headers } = await root(accept);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      expect(headers.get('content-security-policy')).not.toMatch(/script-src|unsafe/);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('answers HEAD like GET without a body, and refuses other methods', async () => {
    for (const accept of [BROWSER, '*/*']) {
      const [head, get] = await Promise.all([root(accept, 'HEAD'), root(accept)]);
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    }
    const post = await root('*/*', 'POST');
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('shows the public URL and another issuer if they are configured, and then no project', async () => {
    const { url } = await startServer({
      env: {
        APPLEDGER_PUBLIC_URL: 'https://clients.example/',
        APPLEDGER_ISSUER: 'https://id.example/<realm>',
        APPLEDGER_AUDIENCE: 'clients',
      },
    });
    const described = await json(await fetch(`${url}/`));
    expect(described).toMatchObject({
      issuer: 'https://id.example/<realm>',
      links: { documentation: 'https://clients.example/docs' },
    });
    expect(Object.keys(described)).not.toContain('firstProject');
    const page = await (await fetch(`${url}/`, { headers: { accept: BROWSER } })).text();
    expect(page).toContain('https://id.example/&#60;realm&#62;');
    const { servers } = await json(await fetch(`${url}/openapi.json`));
    expect(servers).toEqual([{ url: 'https://clients.example' }]);
  });
});
