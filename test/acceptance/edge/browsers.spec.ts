import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

const ORIGIN = 'https://console.example';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger({
    env: { APPLEDGER_CORS_ORIGINS: ORIGIN, APPLEDGER_TOKEN_COMMAND: 'npm run -s token' },
  });
});
afterAll(cleanUp);

const answers = [
  'GET /management/v1/healthz',
  'GET /management/v1/orgs/me',
  'GET /management/v1/projects/1',
  'POST /management/v1/projects',
  'GET /nowhere',
  'GET /debug/healthz',
  'GET /openapi.json',
];

describe('every answer', () => {
  it.each(answers)('to %s has security headers, and does not name the server software', async (request) => {
    const { headers } = await appledger.call(request);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it.each(answers)('to %s has a request id', async (request) => {
    const sane = await appledger.call(request, { headers: { 'x-request-id': 'r-1' } });
    expect(sane.headers.get('x-request-id')).toBe('r-1');
    const other = await appledger.call(request, { headers: { 'x-request-id': 'r 1' } });
    expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the page at /docs', () => {
  const fetchText = async (path: string) => {
    const answer = await fetch(appledger.server.url + path);
    expect(answer.status).toBe(200);
    return { text: await answer.text(), headers: answer.headers };
  };

  it.each(['/docs', '/docs/'])(
    'loads everything from the server itself, and may load nothing else: %s',
    async (path) => {
      const { text, headers } = await fetchText(path);
      expect(headers.get('content-type')).toContain('text/html');
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'; /);
      const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
      expect(sources.filter((source) => !/^(\/docs\/|data:,$)/.test(source))).toEqual([]);
      for (const source of sources.filter((each) => each.startsWith('/'))) await fetchText(source);
      expect((await fetchText('/docs/show.js')).text).toContain("url: '/openapi.json'");
    },
  );

  it('shows the document in docs/openapi.json', async () => {
    const { text, headers } = await fetchText('/openapi.json');
    expect(headers.get('content-type')).toContain('application/json');
    expect(text).toBe(readFileSync(resolve(import.meta.dirname, '../../../docs/openapi.json'), 'utf8'));
  });
});

describe('a page of an allowed origin', () => {
  const create = () => new URL(appledger.appsPath('POST').split(' ')[1] ?? '', appledger.server.url);

  it.each(['/zitadel.management.v1.ManagementService/AddAPIApp', '/management/v1/projects/1/apps/api'])(
    'is told so before it calls %s',
    async (path) => {
      const headers = {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-grpc-web',
      };
      const answer = await fetch(appledger.server.url + path, { method: 'OPTIONS', headers });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(answer.headers.get('access-control-allow-headers')).toContain('x-grpc-web');
      expect(answer.headers.get('vary')).toBe('Origin');
    },
  );

  it('can read answers and refusals; pages of other origins cannot', async () => {
    const refused = await fetch(create(), { method: 'POST', headers: { origin: ORIGIN } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, ORIGIN]);
    const stranger = await fetch(create(), { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    const created = await appledger.call(appledger.appsPath('POST'), {
      headers: { origin: ORIGIN },
      body: { name: 'From a page' },
    });
    expect([created.status, created.headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
    expect(created.headers.get('access-control-expose-headers')).toContain('x-appledger-position');
  });
});
