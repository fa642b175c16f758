import { type ClaimNames, callerOf, zitadelClaims } from './claims.js';

const auth0: ClaimNames = {
  user: 'sub',
  organization: 'org_id',
  roles: ['https://appledger.example/roles'],
  client: ['azp'],
};
const keycloak: ClaimNames = {
  user: 'sub',
  organization: 'organization',
  roles: ['realm_access.roles', 'resource_access.my.appledger.roles'],
  client: ['client_id', 'azp'],
};

describe('the caller of a token of ZITADEL', () => {
  const claims = {
    iss: 'https://example.zitadel.cloud',
    sub: '237293746172893443',
    aud: ['237293746172893000@project', '237293746172892999'],
    client_id: 'portal',
    'urn:zitadel:iam:user:resourceowner:id': '237293746172890000',
    'urn:zitadel:iam:user:resourceowner:name': 'ACME',
    'urn:zitadel:iam:org:project:roles': {
      ORG_OWNER: { '237293746172890000': 'acme.example' },
      IAM_OWNER_VIEWER: { '1': 'x' },
    },
    'urn:zitadel:iam:org:project:237293746172892999:roles': { PROJECT_OWNER: { '237293746172890000': 'acme.example' } },
  };

  it('has its roles in the organizations and the project that grant them', () => {
    expect(callerOf(claims)).toEqual({
      user: '237293746172893443',
      organization: '237293746172890000',
      client: 'portal',
      grants: [
        { role: 'ORG_OWNER', organization: '237293746172890000' },
        { role: 'IAM_OWNER_VIEWER' },
        { role: 'PROJECT_OWNER', organization: '237293746172890000', project: '237293746172892999' },
      ],
    });
  });

  it('has no roles of a project when the roles are in another claim', () => {
    expect(callerOf(claims, { ...zitadelClaims, roles: ['roles'] })?.grants).toEqual([]);
  });
});

describe('the caller of a token of Keycloak', () => {
  const claims = {
    iss: 'https://keycloak.example/realms/acme',
    sub: 'f7e1b7b2-0b4e-4a43-9a1d-0b8a3f0d7a11',
    typ: 'Bearer',
    azp: 'portal',
    organization: ['acme'],
    realm_access: { roles: ['default-roles-acme', 'offline_access', 'ORG_OWNER'] },
    resource_access: {
      'my.appledger': { roles: ['PROJECT_OWNER:228204399198372864', 'IAM_OWNER_VIEWER'] },
      account: { roles: ['IAM_OWNER'] },
    },
  };

  it('has the roles of the realm and of the client, in its own organization', () => {
    expect(callerOf(claims, keycloak)).toEqual({
      user: 'f7e1b7b2-0b4e-4a43-9a1d-0b8a3f0d7a11',
      organization: 'acme',
      client: 'portal',
      grants: [
        { role: 'ORG_OWNER', organization: 'acme' },
        { role: 'PROJECT_OWNER', organization: 'acme', project: '228204399198372864' },
        { role: 'IAM_OWNER_VIEWER' },
      ],
    });
  });

  it.each([
    ['a text', 'acme'],
    ['a list of one', ['acme']],
    ['an object with one name', { acme: { id: 'a56bea03-5904-470a-b21c-92b7f1069d45' } }],
  ])('has the organization that is %s', (_, organization) => {
    expect(callerOf({ ...claims, organization }, keycloak)?.organization).toBe('acme');
  });

  it.each([
    ['two', ['acme', 'other']],
    ['none', []],
    ['no text', [7]],
    ['two names', { acme: {}, other: {} }],
  ])('is nobody when its organizations are %s', (_, organization) => {
    expect(callerOf({ ...claims, organization }, keycloak)).toBeUndefined();
  });

  it.each([
    ['without a project', ['PROJECT_OWNER']],
    ['with an empty project', ['PROJECT_OWNER:']],
    ['with a project that it cannot have', ['ORG_OWNER:1', 'IAM_OWNER:1']],
    ['that is no text', [{ role: 'ORG_OWNER' }, 7, null, ['ORG_OWNER']]],
  ])('has no role %s', (_, roles) => {
    expect(callerOf({ ...claims, realm_access: { roles }, resource_access: 'none' }, keycloak)?.grants).toEqual([]);
  });
});

describe('the caller of a token of Auth0', () => {
  const claims = {
    iss: 'https://acme.eu.auth0.com/',
    sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
    aud: ['https://appledger.example', 'https://acme.eu.auth0.com/userinfo'],
    azp: 'my_client_id',
    scope: 'openid profile',
    org_id: 'org_9ybsU1dN2dKfDkBi',
    'https://appledger.example/roles': ['ORG_OWNER_VIEWER'],
  };

  it('has its roles in a claim whose name is a URL', () => {
    expect(callerOf(claims, auth0)).toEqual({
      user: 'auth0|5f7c8ec7c33c6c004bbafe82',
      organization: 'org_9ybsU1dN2dKfDkBi',
      client: 'my_client_id',
      grants: [{ role: 'ORG_OWNER_VIEWER', organization: 'org_9ybsU1dN2dKfDkBi' }],
    });
  });

  it('may list its roles in a text', () => {
    const listed = { ...claims, 'https://appledger.example/roles': 'ORG_OWNER other IAM_OWNER' };
    expect(callerOf(listed, auth0)?.grants).toEqual([
      { role: 'ORG_OWNER', organization: 'org_9ybsU1dN2dKfDkBi' },
      { role: 'IAM_OWNER' },
    ]);
  });
});

it('a path leads through own claims only, and the longest name counts', () => {
  const names = (roles: string): ClaimNames => ({ ...zitadelClaims, organization: 'org', roles: [roles] });
  const claims = { sub: 'u', org: 'o', 'a.b': { c: ['ORG_OWNER'] }, a: { b: { c: ['IAM_OWNER'] } } };
  expect(callerOf(claims, names('a.b.c'))?.grants).toEqual([{ role: 'ORG_OWNER', organization: 'o' }]);
  for (const path of ['constructor.name', '__proto__', 'a.b.c.0', '.a', 'a.', 'org.length', '']) {
    expect(callerOf(claims, names(path))?.grants).toEqual([]);
  }
});
