/** A browser without scripts: it keeps cookies and follows redirects within one server. */
export class FormBrowser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  /** @param origin the server; a redirect to any other one ends a request, as does one to a client's page */
  constructor(private readonly origin: string) {}

  /** Opens a page. @returns the answer after redirects, and the URL that was reached or to which it redirects */
  open(url: string | URL): Promise<Visited> {
    return this.#request(new URL(url, this.origin), { method: 'GET' });
  }

  /** Sends a form as the page at this URL does. */
  submit(
    url: string | URL,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Visited> {
    const target = new URL(url, this.origin);
    const own = { 'content-type': 'application/x-www-form-urlencoded', origin: target.origin, ...headers };
    return this.#request(target, { method: 'POST', headers: own, body: new URLSearchParams(fields).toString() });
  }

  async #request(url: URL, init: RequestInit): Promise<Visited> {
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...init.headers, ...(cookie.length > 0 && { cookie: cookie.join('; ') }) },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (location === null) return { url, status: response.status, text: await response.text(), response };
    const next = new URL(location, url);
    const ends = next.origin !== this.origin || !/^\/(oauth|oidc)\//.test(next.pathname);
    if (ends) return { url: next, status: response.status, text: await response.text(), response };
    return this.#request(next, { method: 'GET' });
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((text) => /^path=/i.test(text))?.slice('path='.length) ?? '/';
    this.#cookies.set(name, { value, path });
  }
}

/** The page or redirect at which a request ended. */
export interface Visited {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  readonly response: Response;
}

/** The users and passwords that the sign-in page shows. */
export function shownUsers(page: string): Readonly<Record<string, string>> {
  const rows = page.matchAll(/<th scope="row">([^<]+)<\/th>.*?<code>([^<]+)<\/code>/g);
  return Object.fromEntries(Array.from(rows, ([, name, password]) => [name, password]));
}

/** Signs in as a development user. @param authorize the URL of an authorization request @returns the redirect */
export async function signIn(browser: FormBrowser, authorize: string | URL, login: string): Promise<URL> {
  const form = await browser.open(authorize);
  const password = shownUsers(form.text)[login] ?? '';
  return (await browser.submit(form.url, { login, password, action: 'allow' })).url;
}
