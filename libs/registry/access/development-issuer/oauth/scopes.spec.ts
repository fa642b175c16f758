import { API_SCOPE, audienceOf, identityClaims, knownScopes } from './scopes.js';

const PROJECT = '123456789012345678';
const projectScope = (id: string) => `urn:zitadel:iam:org:project:id:${id}:aud`;
const client = { clientId: '1', projectId: '2', organization: '3' };

describe('scopes', () => {
  it('are the known ones, each once', () => {
    const asked = [`openid ${projectScope(PROJECT)} email`, undefined, `openid ${API_SCOPE}`];
    expect(knownScopes(asked)).toBe(`openid ${projectScope(PROJECT)} ${API_SCOPE}`);
    for (const text of ['', ' ', projectScope('x'), projectScope(''), projectScope('1'.repeat(21))]) {
      expect(knownScopes([text])).toBe('');
    }
  });

  it('decide on the audience, which always holds the client and its project', () => {
    expect(audienceOf('', client, 'api')).toEqual(['1', '2']);
    expect(audienceOf(`openid ${projectScope(PROJECT)} ${projectScope('2')}`, client, 'api')).toEqual([
      '1',
      '2',
      PROJECT,
    ]);
    expect(audienceOf(API_SCOPE, { clientId: '1' }, 'api')).toEqual(['1', 'api']);
  });

  it('give a client that acts for itself its organization and no role', () => {
    expect(identityClaims(client)).toEqual({ 'urn:zitadel:iam:user:resourceowner:id': '3' });
  });
});
