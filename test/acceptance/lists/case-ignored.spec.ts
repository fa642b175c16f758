import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

const NAMES = [
  'ΟΔΟΣ',
  'οδος β',
  'STRAẞE',
  'İstanbul',
  '\u212aelvin',
  'ǅungla',
  '\ufb01n',
  'Caf\u00e9',
  'The\u0301',
  'H\u0331at',
  'ꭰᏼ',
  '𐐀𐐨',
  'a.b (c)',
  'line\none',
];
const METHODS = ['EQUALS', 'STARTS_WITH', 'CONTAINS', 'ENDS_WITH'];

let appledger: Appledger;
let applications: string;
beforeAll(async () => {
  appledger = await startAppledger();
  const project = (await appledger.call('POST /management/v1/projects', { body: { name: 'Of names' } })).body.id;
  applications = `POST /management/v1/projects/${project}/apps/_search`;
  for (const name of NAMES) {
    expect((await appledger.createApp({ name }, project)).status).toBe(200);
    expect((await appledger.call('POST /management/v1/projects', { body: { name } })).status).toBe(200);
  }
});
afterAll(cleanUp);

const lists = [
  ['applications', () => applications],
  ['projects', () => 'POST /management/v1/projects/_search'],
] as const;

async function found(list: string, name: string, method: string): Promise<readonly string[]> {
  const queries = [{ nameQuery: { name, method: `TEXT_QUERY_METHOD_${method}` } }];
  const { status, body } = await appledger.call(list, { body: { queries, query: { asc: true } } });
  expect(status).toBe(200);
  return (body.result ?? []).map((one: { name: string }) => one.name);
}

describe.each(lists)('of %s', (_, list) => {
  it.each(NAMES)('ignoring case finds everything that the exact method finds, for every part of %j', async (name) => {
    const characters = [...name];
    const parts = [
      characters,
      characters.slice(0, 1),
      characters.slice(-1),
      characters.slice(0, 3),
      characters.slice(1),
    ];
    for (const part of new Set(parts.map((one) => one.join('')))) {
      for (const method of METHODS) {
        const exact = await found(list(), part, method);
        const ignoring = await found(list(), part, `${method}_IGNORE_CASE`);
        expect([part, method, ignoring]).toEqual([part, method, expect.arrayContaining([...exact])]);
      }
      expect(await found(list(), part, 'CONTAINS')).toContain(name);
    }
  });

  it.each([
    ['σ', 'CONTAINS', ['ΟΔΟΣ', 'οδος β']],
    ['Σ', 'CONTAINS', ['ΟΔΟΣ', 'οδος β']],
    ['ς', 'ENDS_WITH', ['ΟΔΟΣ']],
    ['οδός'.normalize('NFD').replace('\u0301', ''), 'STARTS_WITH', ['ΟΔΟΣ', 'οδος β']],
    ['straße', 'EQUALS', ['STRAẞE']],
    ['strasse', 'EQUALS', []],
    ['i', 'STARTS_WITH', ['İstanbul']], // İ lower-cases to i with a combining dot above
    ['KELVIN', 'EQUALS', ['\u212aelvin']],
    ['ǆUNGLA', 'EQUALS', ['ǅungla']],
    ['fi', 'STARTS_WITH', []],
    ['CAFE\u0301', 'EQUALS', ['Caf\u00e9']],
    ['E\u0301', 'ENDS_WITH', ['Caf\u00e9', 'The\u0301']],
    ['\u00c9', 'CONTAINS', ['Caf\u00e9', 'The\u0301']],
    ['\u1e96', 'STARTS_WITH', ['H\u0331at']],
    ['ᎠᏴ', 'EQUALS', ['ꭰᏼ']],
    ['𐐨𐐀', 'EQUALS', ['𐐀𐐨']],
    ['A.B (', 'STARTS_WITH', ['a.b (c)']],
    ['LINE', 'ENDS_WITH', []],
  ])('%j %s finds %j', async (name, method, expected) => {
    expect(await found(list(), name, `${method}_IGNORE_CASE`)).toEqual(expected);
  });

  it.each([
    ['Caf\u00e9', ['Caf\u00e9']],
    ['Cafe\u0301', []],
    ['The\u0301', ['The\u0301']],
    ['Th\u00e9', []],
  ])('the exact methods find %j in %j', async (name, expected) => {
    expect(await found(list(), name, 'EQUALS')).toEqual(expected);
  });
});
