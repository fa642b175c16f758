import { APPS, EchoServer } from '../../../../../test/support/echo-server.js';

let server: EchoServer;
beforeEach(async () => {
  server = await EchoServer.start();
});
afterEach(() => server.close());

/** The query that the call receives, or the message of the error. */
async function asked(query: string): Promise<unknown> {
  const { status, body } = await server.call(`${APPS}/a1/changes/_search?${query}`);
  if (status === 200) return (server.echo.seen?.request as { readonly query?: unknown } | undefined)?.query;
  expect([status, body.code, body.details]).toEqual([400, 3, []]);
  return body.message;
}

describe('a query string', () => {
  it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('accepts %s as true', async (text) => {
    expect(await asked(`query.asc=${text}`)).toMatchObject({ asc: true });
  });

  it.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('accepts %s as false', async (text) => {
    expect(await asked(`query.asc=${text}`)).toMatchObject({ asc: false });
  });

  it.each(['', 'tRUE', 'yes', '2', '%20true', 'truE'])('refuses %j as a boolean', async (text) => {
    expect(await asked(`query.asc=${text}`)).toBe('query.asc: must be true or false');
  });

  it.each([
    ['10', 10],
    ['007', 7],
    ['0', 0],
    ['4294967295', 4_294_967_295],
  ])('accepts %s as an integer', async (text, limit) => {
    expect(await asked(`query.limit=${text}`)).toMatchObject({ limit });
  });

  it.each(['', '1e1', '1.0', '0x10', '1_0', '+1', '%2B1', '-1', '-0', '%201', '4294967296'])(
    'refuses %j as an unsigned integer',
    async (text) => {
      expect(await asked(`query.limit=${text}`)).toBe('query.limit: must be a whole number from 0 to 4294967295');
    },
  );

  it('reads 64-bit integers exactly', async () => {
    expect(await asked('query.sequence=18446744073709551615')).toMatchObject({ sequence: 18446744073709551615n });
    expect(await asked('query.sequence=18446744073709551616')).toMatch(/^query.sequence: must be a whole number/);
  });

  it('refuses a field that is given twice', async () => {
    expect(await asked('query.limit=1&query.limit=1')).toBe('query.limit: takes one value (got 2)');
  });
});
