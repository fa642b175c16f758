import { DOCS_CLIENT, isAllowedRedirect } from './oauth-clients.js';

const own = ['http://127.0.0.1:8080'];
const page = '/docs/oauth2-redirect.html';

describe('a redirect URI', () => {
  it.each([
    ['http://127.0.0.1:8080', own],
    ['http://localhost:8080', own],
    ['http://[::1]:8080', own],
    ['https://registry.example', [...own, 'https://registry.example']],
    ['http://127.0.0.1:8080', ['https://registry.example', ...own]],
  ])('of /docs is its page at %s', (origin, urls) => {
    expect(isAllowedRedirect(DOCS_CLIENT, `${origin}${page}`, urls)).toBe(true);
  });

  it.each([
    `http://127.0.0.1:8081${page}`,
    `https://127.0.0.1:8080${page}`,
    `http://127.0.0.1:8080.evil.example${page}`,
    `http://127.0.0.1.evil.example:8080${page}`,
    `http://evil.example:8080${page}`,
    `http://user:password@127.0.0.1:8080${page}`,
    `http://127.0.0.1:8080@evil.example${page}`,
    `http://127.0.0.1:8080${page}?next=x`,
    `http://127.0.0.1:8080${page}#x`,
    `http://127.0.0.1:8080${page}#`,
    'http://127.0.0.1:8080/docs',
    'javascript:alert(1)//127.0.0.1:8080',
    page,
    '',
  ])('of /docs is not %s', (uri) => {
    expect(isAllowedRedirect(DOCS_CLIENT, uri, own)).toBe(false);
  });

  it.each(['http://localhost:4200/callback', 'https://127.0.0.1/x?y=z', 'http://127.8.9.1:1/', 'http://[::1]:9/'])(
    'of a registered client may be %s',
    (uri) => {
      expect(isAllowedRedirect('1', uri, own)).toBe(true);
    },
  );

  it.each([
    'https://evil.example/callback',
    'http://localhost.evil.example/',
    'http://localhost:4200/#x',
    'http://a@localhost:4200/',
    'app://localhost/callback',
    'http://0.0.0.0:4200/',
    'http://192.168.0.1/',
  ])('of a registered client is not %s', (uri) => {
    expect(isAllowedRedirect('1', uri, own)).toBe(false);
  });
});
