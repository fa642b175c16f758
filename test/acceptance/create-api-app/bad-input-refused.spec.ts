import { type Appledger, startAppledger } from '../../support/appledger.js';
import { badInputs } from '../../support/bad-inputs.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

describe('Create Application (API) refuses', () => {
  it.each(badInputs)('$case', async ({ projectId, body, status, code, id, says }) => {
    const answer = await appledger.call(appledger.appsPath('POST', projectId), { body });
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
    if (says instanceof RegExp) expect(answer.body.message).toMatch(says);
    else expect(answer.body.message).toContain(says);
    expect(answer.body.message).not.toMatch(/zitadel\.|protobuf|at .*\.js/);
    if (id === undefined) {
      expect(answer.body.details).toEqual([]);
    } else {
      const message = answer.body.message.replace(` (${id})`, '');
      expect(answer.body.details).toEqual([{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message }]);
    }
  });

  it('with JSON and a request id in every case', async () => {
    const { headers } = await appledger.call(appledger.appsPath('POST'), { body: '{' });
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});
