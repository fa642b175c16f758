import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

describe('calls that are not served', () => {
  it.each(['GET /management/v1/orgs/me', 'POST /management/v1/users/_search', 'GET /admin/v1/instances/me'])(
    '%s is in the contract but not served: 501',
    async (request) => {
      const { status, body } = await appledger.call(request);
      expect(status).toBe(501);
      expect(body).toEqual({ code: 12, message: expect.any(String), details: [] });
    },
  );

  it.each(['GET /nowhere', 'GET /management/v1/nowhere', 'POST /management/v2/projects', 'GET /management/v1/%zz'])(
    '%s is nowhere: an error with the contract’s body',
    async (request) => {
      const { status, body } = await appledger.call(request);
      expect([400, 404]).toContain(status);
      expect(body).toEqual({ code: expect.any(Number), message: expect.any(String), details: [] });
    },
  );

  it('Healthz needs no token', async () => {
    expect((await appledger.call('GET /management/v1/healthz', { token: undefined })).status).toBe(200);
  });
});
