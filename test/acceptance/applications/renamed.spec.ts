import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const MISSING = '1000000000000000000';

const rename = (appId: string, name: string) => appledger.app('PUT', appId, '', { name });
const create = async (name: string): Promise<string> => (await appledger.createApp({ name })).body.appId;

describe('an application is renamed', () => {
  it('and is read under the new name, with the details of the change', async () => {
    const created = await appledger.createApp({ name: 'Before' });
    const { appId } = created.body;
    const { status, body } = await rename(appId, ' After ');
    expect(status).toBe(200);
    expect(body).toEqual({
      details: {
        sequence: '3',
        changeDate: expect.any(String),
        resourceOwner: appledger.development.organization,
      },
    });
    const { app } = (await appledger.getApp(appId)).body;
    expect(app).toMatchObject({ name: 'After', details: body.details });
    expect(app.details.creationDate).toBe(created.body.details.creationDate);
  });

  it('to the same name in other letter case', async () => {
    const appId = await create('Case');
    expect((await rename(appId, 'cASE')).status).toBe(200);
    expect((await appledger.getApp(appId)).body.app.name).toBe('cASE');
    expectRefused(await appledger.createApp({ name: 'Case' }), 'V3-DKcYh');
  });

  it('and its former name becomes free for others', async () => {
    const appId = await create('First');
    await rename(appId, 'Second');
    const other = await create('First');
    expectRefused(await rename(appId, 'First'), 'V3-DKcYh');
    await rename(other, 'Third');
    expect((await rename(appId, 'FIRST')).status).toBe(200);
  });

  it('to the name of a removed application', async () => {
    const removed = await create('Gone');
    await appledger.app('DELETE', removed);
    expect((await rename(await create('Heir'), 'Gone')).status).toBe(200);
  });
});

describe('a rename is refused', () => {
  it('when the name is taken, and writes nothing', async () => {
    await create('Taken');
    const appId = await create('Wants it');
    expectRefused(await rename(appId, 'tAKEN'), 'V3-DKcYh');
    expect((await appledger.getApp(appId)).body.app).toMatchObject({ name: 'Wants it', details: { sequence: '2' } });
  });

  it('to its current name, and writes nothing', async () => {
    const appId = await create('Same');
    expectRefused(await rename(appId, 'Same '), 'COMMAND-2m8vx');
    expect((await appledger.getApp(appId)).body.app.details.sequence).toBe('2');
  });

  it('when the name is empty after trimming', async () => {
    expectRefused(await rename(await create('Some'), ' '), 'PROJECT-Bff2g');
  });

  it.each([
    ['', /name.*1/],
    ['x'.repeat(201), /name.*200/],
  ])('when the name is %j', async (name, says) => {
    const { status, body } = await rename(MISSING, name);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 3, message: expect.stringMatching(says), details: [] });
  });

  it('when the application does not exist', async () => {
    expectRefused(await rename(MISSING, 'Any'), 'COMMAND-28di9');
  });
});

it('a name requested by concurrent creations and renames goes to exactly one', async () => {
  const renamers = await Promise.all(Array.from({ length: 12 }, (_, index) => create(`Renamer ${index}`)));
  for (const name of ['Contended', 'Contended again']) {
    const answers = await Promise.all(
      renamers.flatMap((appId) => [rename(appId, name), appledger.createApp({ name: name.toUpperCase() })]),
    );
    const losers = answers.filter(({ status }) => status !== 200);
    expect(answers.length - losers.length).toBe(1);
    for (const loser of losers) expectRefused(loser, 'V3-DKcYh');
  }
});
