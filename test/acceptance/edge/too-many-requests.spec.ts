import { type Answer, type CallOptions, tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let path: string;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_RATE_LIMIT: '1', APPLEDGER_RATE_BURST: '5' } });
  path = `GET /management/v1/projects/${appledger.development.project}`;
});
afterAll(cleanUp);

const tokenOf = (sub: string) =>
  tokenWith(appledger.development, { IAM_OWNER: [appledger.development.organization] }, { sub });

/** Asks, many at a time, until an answer is a refusal for asking too often. */
async function untilRefused(request: string, options: () => Promise<CallOptions> | CallOptions): Promise<Answer> {
  for (;;) {
    const calls = Array.from({ length: 20 }, async () => appledger.call(request, await options()));
    const refused = (await Promise.all(calls)).find(({ status }) => status === 429);
    if (refused !== undefined) return refused;
  }
}

const refusal = { code: 8, message: expect.stringMatching(/^too many requests: try again in \d+ s$/), details: [] };

describe('a caller who exceeds the rate limit', () => {
  it('is told when to retry, and other callers are not refused', async () => {
    const token = await tokenOf('busy');
    const { headers, body } = await untilRefused(path, () => ({ token }));
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(body).toEqual(refusal);
    expect((await appledger.call(path, { token: await tokenOf('calm') })).status).toBe(200);
  });

  it('is limited by address with invalid tokens; a token known to be valid is still accepted from there', async () => {
    const token = await tokenOf('known');
    expect((await appledger.call(path, { token })).status).toBe(200);
    let tries = 0;
    const { body } = await untilRefused(path, () => ({ token: `bad.${tries++}.token` }));
    expect(body).toEqual(refusal);
    expect((await appledger.call(path, { token })).status).toBe(200);
  });

  it('is limited by address without a token', async () => {
    const { body } = await untilRefused('GET /management/v1/healthz', () => ({ token: undefined }));
    expect(body).toEqual(refusal);
  });

  it('can still request the health of the process', async () => {
    const probes = Array.from({ length: 30 }, () => appledger.call('GET /debug/healthz', { token: undefined }));
    expect(new Set((await Promise.all(probes)).map(({ status }) => status))).toEqual(new Set([200]));
  });
});
