import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const taken = {
  code: 6,
  message: 'Application already exists (V3-DKcYh)',
  details: [
    { '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id: 'V3-DKcYh', message: 'Application already exists' },
  ],
};

describe('a name that is taken in the project', () => {
  it.each([
    ['in the same spelling', 'Ärger'],
    ['in other letter case', 'äRGER'],
    ['with surrounding white space', '  Ärger '],
  ])('is refused %s', async (_, name) => {
    await appledger.createApp({ name: 'Ärger' });
    const { status, body } = await appledger.createApp({ name });
    expect(status).toBe(409);
    expect(body).toEqual(taken);
  });

  it('is free in another project', async () => {
    await appledger.createApp({ name: 'Everywhere' });
    const other = await appledger.call('POST /management/v1/projects', { body: { name: 'Other' } });
    const { status } = await appledger.createApp({ name: 'Everywhere' }, other.body.id);
    expect(status).toBe(200);
  });

  it('goes to exactly one of 64 concurrent clients, in every round', async () => {
    for (let round = 0; round < 10; round += 1) {
      const name = `Contended ${round}`;
      const answers = await Promise.all(Array.from({ length: 64 }, () => appledger.createApp({ name })));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([200, ...Array.from({ length: 63 }, () => 409)]);
      for (const { body } of answers.filter(({ status }) => status === 409)) expect(body).toEqual(taken);
    }
  });
});
