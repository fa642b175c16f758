import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../../support/api.js';
import { cleanUp, type Server, startServer } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

afterAll(cleanUp);

/** Starts a server that shares the file of the development issuer with others. */
function startWith(file: string, publicUrl: string): Promise<Server> {
  return startServer({ env: { APPLEDGER_DEVELOPMENT_ISSUER_FILE: file, APPLEDGER_PUBLIC_URL: publicUrl } });
}

async function firstSteps(server: Server) {
  const { issuer, firstProject, tokenCommand } = (await call(server.url, 'GET /')).body;
  const token = execFileSync('bash', ['-c', tokenCommand], { cwd: '/', encoding: 'utf8' }).trim();
  return { issuer, project: firstProject.id as string, url: firstProject.url as string, token };
}

describe('servers that share the development issuer', () => {
  it('have one issuer with one first project, even if they start concurrently and have two addresses', async () => {
    const file = join(tempFolder(), 'shared', 'issuer.json');
    const servers = await Promise.all([
      startWith(file, 'http://one.example:8080'),
      startWith(file, 'http://two.example:8081'),
    ]);
    const steps = await Promise.all(servers.map(firstSteps));
    const [one, two] = steps;
    expect([one?.issuer, one?.project]).toEqual([two?.issuer, two?.project]);
    expect(['http://one.example:8080', 'http://two.example:8081']).toContain(one?.issuer);
    expect(steps.map(({ url }) => new URL(url).host)).toEqual(['one.example:8080', 'two.example:8081']);
    for (const server of servers) {
      for (const { token, project } of steps) {
        const read = await call(server.url, `GET /management/v1/projects/${project}`, { token });
        expect(read.body.project.id).toBe(project);
      }
    }
  });

  it('can have read access only', async () => {
    const file = join(tempFolder(), 'issuer.json');
    const maker = await startWith(file, 'http://one.example');
    const { token } = await firstSteps(maker);
    chmodSync(file, 0o400);
    const before = readFileSync(file, 'utf8');
    const reader = await startWith(file, 'http://two.example');
    expect((await call(reader.url, 'POST /management/v1/projects/_search', { token, body: {} })).status).toBe(200);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('need a configured public URL', async () => {
    const refused = startServer({ env: { APPLEDGER_DEVELOPMENT_ISSUER_FILE: join(tempFolder(), 'issuer.json') } });
    await expect(refused).rejects.toThrow('APPLEDGER_DEVELOPMENT_ISSUER_FILE goes with APPLEDGER_PUBLIC_URL');
  });
});

it('the start prints the public URL and the configured command', async () => {
  const { outputWith, url } = await startServer({
    env: { APPLEDGER_PUBLIC_URL: 'http://127.0.0.1:8081', APPLEDGER_TOKEN_COMMAND: 'docker compose exec api-2 token' },
  });
  const output = await outputWith(/Stop with Ctrl\+C/);
  expect(output).toContain(`Appledger is reached at http://127.0.0.1:8081 and listens on ${url}\n`);
  expect(output).toContain('curl -sS -X POST http://127.0.0.1:8081/management/v1/projects/');
  expect(output).toContain('"Authorization: Bearer $(docker compose exec api-2 token)"');
});
