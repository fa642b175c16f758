import { call } from '../../support/api.js';
import { type Appledger } from '../../support/appledger.js';
import { basic, introspectAt } from '../../support/introspecting.js';
import { type OtherIssuer, startOtherIssuer } from '../../support/other-issuer.js';
import { cleanUp, type Server, startServer } from '../../support/server.js';
import { until } from '../../support/until.js';

/** A user as Keycloak's tokens state it. */
const user = {
  sub: 'anna',
  azp: 'portal',
  aud: ['appledger'],
  organization: ['acme'],
  realm_access: { roles: ['offline_access', 'ORG_OWNER'] },
  email: 'anna@acme.example',
};

let issuer: OtherIssuer;
let server: Server;
let introspect: ReturnType<typeof introspectAt>;
let projectId: string;
let client: { readonly clientId: string; readonly clientSecret: string };
let token: string;
beforeAll(async () => {
  issuer = await startOtherIssuer();
  server = await startServer({
    env: {
      APPLEDGER_ISSUER: issuer.url,
      APPLEDGER_AUDIENCE: 'appledger',
      APPLEDGER_ISSUER_CLIENT_ID: 'appledger',
      APPLEDGER_ISSUER_CLIENT_SECRET: 'issuer-secret',
      APPLEDGER_CLAIM_ORGANIZATION: 'organization',
      APPLEDGER_CLAIM_ROLES: 'realm_access.roles, resource_access.appledger.roles',
    },
  });
  introspect = introspectAt(server);
  token = await issuer.sign(user);
  projectId = (await api('POST /management/v1/projects', { name: 'Shop' })).body.id;
  client = (await api(`POST /management/v1/projects/${projectId}/apps/api`, { name: 'Shop API' })).body;
});
afterAll(async () => {
  await cleanUp();
  await issuer.close();
});

const api: (request: string, body: object, bearer?: string) => ReturnType<Appledger['call']> = (
  request,
  body,
  bearer = token,
) => call(server.url, request, { token: bearer, body });
const projects = (bearer: string) => api('POST /management/v1/projects/_search', {}, bearer);
const ask = (text: string) => introspect({ token: text }, basic(client.clientId, client.clientSecret));

describe('a token of another issuer', () => {
  it('permits what its roles say, in the claims that are configured', async () => {
    expect((await projects(token)).status).toBe(200);
    const roles = {
      realm_access: { roles: ['viewer'] },
      resource_access: { appledger: { roles: ['ORG_OWNER_VIEWER'] } },
    };
    expect((await projects(await issuer.sign({ ...user, ...roles }))).status).toBe(200);
    expect((await projects(await issuer.sign({ ...user, realm_access: undefined }))).status).toBe(403);
  });

  it('is introspected with the claims of roles and organization, and no others of the user', async () => {
    const { body } = await ask(await issuer.sign({ ...user, aud: [projectId] }));
    expect(body).toMatchObject({
      active: true,
      iss: issuer.url,
      sub: 'anna',
      client_id: 'portal',
      organization: ['acme'],
      realm_access: user.realm_access,
    });
    expect(body).not.toHaveProperty('email');
  });

  it('can be one that only the issuer can read', async () => {
    issuer.opaque.set('opaque', { ...user, active: true, aud: ['appledger', projectId] });
    expect((await projects('opaque')).status).toBe(200);
    expect((await ask('opaque')).body).toMatchObject({ active: true, sub: 'anna' });
    expect((await ask('unknown')).body).toEqual({ active: false });
    expect((await projects('unknown')).status).toBe(401);
  });

  it('is neither active nor inactive while the issuer cannot be asked about it', async () => {
    issuer.status = 503;
    const [opaque, known] = [await ask('not-asked-yet'), await ask(await issuer.sign({ ...user, aud: [projectId] }))];
    issuer.status = 200;
    expect([opaque.status, opaque.body.error]).toEqual([503, 'temporarily_unavailable']);
    expect(Number(opaque.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(known.body.active).toBe(true);
  });

  it('may be signed with a key that the issuer has added since', async () => {
    await issuer.rotate('ES256');
    const rotated = await issuer.sign({ ...user, aud: [projectId] });
    // Unknown keys are looked for at most once in five seconds.
    await until(async () => (await ask(rotated)).body.active);
    expect((await ask(rotated)).body.sub).toBe('anna');
  });
});
