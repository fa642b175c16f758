import type { Answer } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

/** The calls on something with a unique name, and their refusals. */
interface Bearer {
  readonly create: (name: string) => Promise<Answer>;
  readonly rename: (id: string, name: string) => Promise<Answer>;
  readonly idOf: (answer: Answer) => string;
  readonly taken: 'V3-DKcYh' | 'COMMAND-opamwu';
  readonly empty: 'PROJECT-Bff2g' | 'PROJECT-IOVCC';
}

const application: Bearer = {
  create: (name) => appledger.createApp({ name }),
  rename: (id, name) => appledger.app('PUT', id, '', { name }),
  idOf: ({ body }) => body.appId,
  taken: 'V3-DKcYh',
  empty: 'PROJECT-Bff2g',
};
const project: Bearer = {
  create: (name) => appledger.call('POST /management/v1/projects', { body: { name } }),
  rename: (id, name) => appledger.call(`PUT /management/v1/projects/${id}`, { body: { name } }),
  idOf: ({ body }) => body.id,
  taken: 'COMMAND-opamwu',
  empty: 'PROJECT-IOVCC',
};

const ALIKE = [
  ['capital and final sigma', 'ΟΔΟΣ', 'οδος'],
  ['composed and decomposed', 'Caf\u00e9', 'cafe\u0301'],
  ['the order of two marks', 'a\u0323\u0301', 'a\u0301\u0323'],
  ['a capital letter without a composed form', 'H\u0331', '\u1e96'],
  ['capital sharp s', 'STRAẞE', 'straße'],
  ['the Kelvin sign', '\u212aelvin', 'kelvin'],
  ['a titlecase digraph', 'ǅungla', 'Ǆungla'],
  ['Hangul syllables and letters', '각', '\u1100\u1161\u11a8'],
  ['letters outside the basic multilingual plane', '𐐀', '𐐨'],
  ['surrounding Unicode white space', 'Spaced', '\u0085\u3000Spaced\ufeff'],
] as const;

const DIFFERENT = [
  ['ß', 'ss'],
  ['ı', 'i'],
  ['İzmir', 'izmir'],
  ['ﬁ', 'fi'],
  ['résumé', 'resume'],
] as const;

const INVISIBLE = [
  '\u200b',
  '\u0085',
  '\ufeff',
  '\u2060',
  '\u00ad',
  '\u180e',
  '\u3164',
  '\u202e\u2069',
  ' \u200d\ufe0f ',
  '\t\n',
];

describe.each([
  ['an application', application],
  ['a project', project],
])('the name of %s', (_, { create, rename, idOf, taken, empty }) => {
  it.each(ALIKE)('is taken if it differs only in: %s', async (_difference, one, other) => {
    const first = idOf(await create(one));
    expectRefused(await create(other), taken);
    const second = idOf(await create(`${one} 2`));
    expectRefused(await rename(second, other), taken);
    expectRefused(await create(one), taken);
    // It may change its own name to another spelling, unless that is the stored one.
    const itself = await rename(first, other);
    expect([200, 400]).toContain(itself.status);
    expectRefused(await create(one), taken);
  });

  it.each(DIFFERENT)('%j differs from %j', async (one, other) => {
    expect((await create(one)).status).toBe(200);
    expect((await create(other)).status).toBe(200);
  });

  it.each(INVISIBLE)('cannot be %j, which is invisible', async (name) => {
    expectRefused(await create(name), empty);
    const id = idOf(await create(`Visible ${[...name].map((one) => one.codePointAt(0)).join('-')}`));
    expectRefused(await rename(id, name), empty);
  });
});

it('a name is returned as it was sent, without surrounding white space', async () => {
  const { body } = await appledger.createApp({ name: '\u0085Ame\u0301lie\u200b ' });
  expect((await appledger.getApp(body.appId)).body.app.name).toBe('Ame\u0301lie\u200b');
});
