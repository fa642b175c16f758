import type { Answer } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { lastOfEach, lateEvents } from '../../support/late-events.js';
import { cleanUp, onGateway } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const ROUNDS = 20;
const SIGNED = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
const projects = '/management/v1/projects';

/** A project with an application that has a secret, and one that has keys. */
interface Place {
  readonly projectId: string;
  readonly secretId: string;
  readonly signerId: string;
}

async function place(name: string): Promise<Place> {
  const { id: projectId } = (await appledger.call(`POST ${projects}`, { body: { name } })).body;
  const [secret, signer] = await Promise.all([
    appledger.createApp({ name: 'Secret' }, projectId),
    appledger.createApp({ name: 'Signer', authMethodType: SIGNED }, projectId),
  ]);
  return { projectId, secretId: secret.body.appId, signerId: signer.body.appId };
}

/** Requests concurrent with the removal of the project, and the refusal of one that comes too late. */
const beside: Readonly<Record<string, [(place: Place) => [string, object?], string]>> = {
  'create an application': [() => ['POST /apps/api', { name: 'Late' }], 'COMMAND-EbFMN'],
  rename: [({ secretId }) => [`PUT /apps/${secretId}`, { name: 'Late' }], 'COMMAND-28di9'],
  'change the configuration': [
    ({ secretId }) => [`PUT /apps/${secretId}/api_config`, { authMethodType: SIGNED }],
    'COMMAND-2n8uU',
  ],
  'regenerate the secret': [
    ({ secretId }) => [`POST /apps/${secretId}/api_config/_generate_client_secret`, {}],
    'COMMAND-2g66f',
  ],
  deactivate: [({ secretId }) => [`POST /apps/${secretId}/_deactivate`, {}], 'COMMAND-ov9d3'],
  remove: [({ secretId }) => [`DELETE /apps/${secretId}`], 'COMMAND-0po9s'],
  'add a key': [({ signerId }) => [`POST /apps/${signerId}/keys`, { type: 'KEY_TYPE_JSON' }], 'COMMAND-sak25'],
};

describe.each(Object.entries(beside))('a project removed while a client tries to %s', (what, [request, refusal]) => {
  it('has no application afterwards, and later requests are refused', async () => {
    const places = await Promise.all(Array.from({ length: ROUNDS }, (_, round) => place(`${what} ${round}`)));
    const answers: Answer[] = [];
    for (const each of places) {
      const [line, body] = request(each);
      const [method, path] = line.split(' ');
      const [removal, answer] = await Promise.all([
        appledger.call(`DELETE ${projects}/${each.projectId}`),
        appledger.call(`${method} ${projects}/${each.projectId}${path}`, { body }),
      ]);
      expect(removal.status).toBe(200);
      answers.push(answer);
    }
    const late = await lateEvents(await appledger.server.eventsUrl());
    // The embedded store checks both streams atomically. On EventStoreDB a late application can be written; it is
    // removed immediately.
    if (!onGateway) expect(late).toEqual([]);
    expect(lastOfEach(late)).toEqual(lastOfEach(late).map(() => 'ApplicationRemoved'));
    for (const [index, { status, body }] of answers.entries()) {
      if (status === 200) expect(late.map(({ projectId }) => projectId)).not.toContain(places[index]?.projectId);
      else expect(body.details[0].id).toBe(refusal);
    }
  }, 120_000);
});

it('neither the applications of a removed project nor their keys are found', async () => {
  const { projectId, secretId, signerId } = await place('Gone');
  await appledger.call(`DELETE ${projects}/${projectId}`);
  const apps = `${projects}/${projectId}/apps`;
  expect((await appledger.call(`GET ${apps}/${secretId}`)).status).toBe(404);
  expect((await appledger.call(`POST ${apps}/_search`, { body: {} })).body.result).toBeUndefined();
  expect((await appledger.call(`POST ${apps}/${signerId}/keys/_search`, { body: {} })).body.result).toBeUndefined();
});
