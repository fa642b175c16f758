import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { decodeJwt } from 'jose';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { idGenerator } from '#libs/engine/kernel/ids.js';
import { DevelopmentIssuer } from '#libs/registry/access/development-issuer/development-issuer.js';
import { issuerFileIn } from '#libs/registry/access/development-issuer/issuer-file.js';
import { IssuedTokens } from '#libs/registry/access/issued-tokens.js';
import { IssuerDiscovery } from '#libs/registry/access/issuer-discovery.js';
import { issuerKeys } from '#libs/registry/access/issuer-keys.js';
import { TokenVerifier } from '#libs/registry/access/token-verifier.js';
import { silentLog } from '../../test/support/silent-log.js';
import { issueToken } from './issue-token.js';

let folder: string;
const nextId = idGenerator(systemClock, 1);
const run = (...args: string[]) => issueToken(args, { APPLEDGER_DATA_DIR: folder }, systemClock);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function served() {
  const issuer = await DevelopmentIssuer.open(issuerFileIn(folder), nextId, systemClock);
  await issuer.serveAt('http://127.0.0.1:1');
  return issuer;
}

describe('a token from the command line', () => {
  it('is accepted by the running server', async () => {
    const issuer = await served();
    const caller = await new TokenVerifier(new IssuedTokens(issuer.expectations, systemClock)).verify(
      `Bearer ${await run()}`,
    );
    const { user, organization } = issuer.first;
    expect(caller).toEqual({ user, organization, expiresAt: expect.any(Number), grants: [{ role: 'IAM_OWNER' }] });
  });

  it.each([[['--role', 'ORG_OWNER', 'PROJECT_OWNER']], [['--role', 'ORG_OWNER', '--role', 'PROJECT_OWNER']]])(
    'says what %j asks for',
    async (roles) => {
      const issuer = await served();
      const token = await run(...roles, '--org', '7', '--user', '8', '--project', '9', '--expires-in', '60');
      const caller = await new TokenVerifier(new IssuedTokens(issuer.expectations, systemClock)).verify(
        `Bearer ${token}`,
      );
      expect(caller).toEqual({
        user: '8',
        organization: '7',
        expiresAt: (decodeJwt(token).exp ?? 0) * 1_000,
        grants: [
          { role: 'ORG_OWNER', organization: '7' },
          { role: 'PROJECT_OWNER', organization: '7', project: '9' },
        ],
      });
      const { exp = 0, iat = 0 } = decodeJwt(token);
      expect(exp - iat).toBe(60);
    },
  );

  it('prints the help', async () => {
    expect(await run('--help')).toContain('--expires-in SECONDS');
  });

  it.each([
    [['--role', 'OWNER'], /no role OWNER; there are: IAM_OWNER, /],
    [['--role', 'PROJECT_OWNER'], /--project ID/],
    [['--project', '1'], /--role/],
    [['--nonsense'], /--nonsense/],
    [['ORG_OWNER'], /unexpected argument ORG_OWNER/],
    [['--expires-in', '0'], /--expires-in takes seconds from 1/],
    [['--org', ''], /--org takes an id/],
  ])('is refused for %j', async (args, says) => {
    await served();
    await expect(run(...args)).rejects.toThrow(says);
  });

  it('is refused before the server has run, and when another issuer is configured', async () => {
    await expect(run()).rejects.toThrow(/run `npm start` first/);
    await DevelopmentIssuer.open(issuerFileIn(folder), nextId, systemClock);
    await expect(run()).rejects.toThrow(/run `npm start` first/);
    const env = { APPLEDGER_DATA_DIR: folder, APPLEDGER_ISSUER: 'https://issuer.test', APPLEDGER_AUDIENCE: 'a' };
    await expect(issueToken([], env, systemClock)).rejects.toThrow(/https:\/\/issuer.test/);
  });
});

describe('the development issuer', () => {
  it('stores its key and ids in a file that only its owner can read', async () => {
    const issuer = await served();
    const again = await DevelopmentIssuer.open(issuerFileIn(folder), nextId, systemClock);
    expect(again.first).toEqual(issuer.first);
    const { organization, user, project } = issuer.first;
    for (const id of [organization, user, project]) expect(id).toMatch(/^\d{18}$/);
    expect(await readdir(folder)).toEqual(['development-issuer.json']);
    expect((await stat(join(folder, 'development-issuer.json'))).mode & 0o777).toBe(0o600);
  });

  it('publishes its public key as every issuer does, and never the private key', async () => {
    const issuer = await DevelopmentIssuer.open(issuerFileIn(folder), nextId, systemClock);
    const server = fastify();
    const readModel = openEmbeddedReadModel(join(folder, 'read-model'));
    issuer.registerRoutes(server, {
      clients: { find: async () => undefined, authenticate: async () => ({ clientId: '' }) },
      records: readModel,
      log: silentLog,
      isLocal: true,
      ownUrls: () => [],
    });
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    await issuer.serveAt(address);
    const keys = issuerKeys(new IssuerDiscovery(address, silentLog));
    const verifier = new TokenVerifier(new IssuedTokens(() => ({ ...issuer.expectations(), keys }), systemClock));
    expect(await verifier.verify(`Bearer ${await run()}`)).toMatchObject({ user: issuer.first.user });
    const published = await (await fetch(`${address}/oauth/v2/keys`)).text();
    expect(JSON.parse(published).keys).toHaveLength(1);
    expect(published).not.toContain('"d"');
    await server.close();
    await readModel.close();
  });
});
