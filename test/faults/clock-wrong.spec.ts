import { cleanUp, ServerFailed, startServer } from '../support/server.js';

afterAll(cleanUp);

/** Makes the clock of the server say another time. */
function clockAt(time: string): { readonly NODE_OPTIONS: string } {
  const code = `Date.now = () => Date.parse(${JSON.stringify(time)});`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

it.each([
  '1969-12-31T23:59:59.000Z',
  '1970-01-01T00:00:00.000Z',
  '2022-12-31T00:00:00.000Z',
  '2051-01-01T00:00:00.000Z',
])('the server does not start while the clock says %s, and reports that', async (time) => {
  const starting = startServer({ env: clockAt(time) });
  await expect(starting).rejects.toThrow(ServerFailed);
  await expect(starting).rejects.toThrow(`the clock of this machine says ${time}: set it to the right time`);
  await expect(starting).rejects.not.toThrow(/space|\n\s+at /);
});
