import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tempFolder } from '../../support/temp-folder.js';

const root = resolve(import.meta.dirname, '../../..');
const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n');

/** What follows an instruction of the Dockerfile, each time it stands there. */
function instructions(name: string): readonly string[] {
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

/** The command that an instruction gives as JSON. */
function command(name: string): [string, string[]] {
  const text = instructions(name).join();
  const [program, ...args] = JSON.parse(text.slice(text.indexOf('['))) as [string, ...string[]];
  return [program, args];
}

/** What COPY . . takes: the sources without what .dockerignore names; installed packages are linked, not fetched again. */
function copyContext(to: string): void {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .toString()
    .split('\0')
    .filter((file) => file !== '' && !ignored.includes(file.split('/')[0] ?? '') && existsSync(join(root, file)));
  for (const file of files) cpSync(join(root, file), join(to, file));
  const copy = 'cp -al "$0" "$1" 2>/dev/null || cp -a "$0" "$1"'; // links do not reach into another file system
  execFileSync('sh', ['-c', copy, join(root, 'node_modules'), to]);
  const written = join('node_modules', '.package-lock.json'); // npm writes into it, so it must not be a link
  rmSync(join(to, written));
  cpSync(join(root, written), join(to, written));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

describe('the image', () => {
  it('is built by the commands of the Dockerfile, and its server starts, is healthy and stops', async () => {
    const build = tempFolder();
    copyContext(build);
    for (const shell of instructions('RUN')) execFileSync('sh', ['-c', shell], { cwd: build, stdio: 'pipe' });
    const image = tempFolder();
    for (const copy of instructions('COPY').filter((text) => text.includes('--from=build'))) {
      const [from = '', to = ''] = copy.split(' ').filter((part) => !part.startsWith('--'));
      mkdirSync(dirname(join(image, to)), { recursive: true });
      cpSync(join(build, from.replace(/^\/app\//, '')), join(image, to), { recursive: true, verbatimSymlinks: true });
    }
    expect(existsSync(join(image, 'node_modules', 'typescript'))).toBe(false);
    expect(existsSync(join(image, 'dist', 'test'))).toBe(false);

    const environment = {
      PATH: process.env.PATH,
      ...Object.fromEntries(instructions('ENV').map((text) => text.split('=') as [string, string])),
      APPLEDGER_DATA_DIR: join(image, 'data'),
      APPLEDGER_HOST: '127.0.0.1',
      APPLEDGER_PORT: `${await freePort()}`,
      APPLEDGER_GATEWAY_PORT: 'off',
    };
    const isHealthy = () => spawnSync(...command('HEALTHCHECK'), { cwd: image, env: environment }).status === 0;
    expect(isHealthy()).toBe(false);
    const api = spawn(...command('CMD'), { cwd: image, env: environment, stdio: 'ignore' });
    const ended = once(api, 'close');
    while (api.exitCode === null && !isHealthy()) await delay(50);
    expect(api.exitCode).toBeNull();
    api.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 120_000);

  it('is based on a version of Node.js that package.json allows', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const versions = instructions('FROM').map((text) => /^node:(\d+)-slim/.exec(text)?.[1]);
    expect(new Set(versions).size).toBe(1);
    expect(engines.node).toMatch(new RegExp(`[\\^=]${versions[0]}\\.`));
  });

  it('has the program that prints tokens at the path in docker-compose.yml', () => {
    const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    const commands = Array.from(
      compose.matchAll(/APPLEDGER_TOKEN_COMMAND: "docker compose exec -T (\S+) node (\S+)"/g),
    );
    expect(commands.map(([, service]) => service)).toEqual(['api-1', 'api-2']);
    for (const [, , program = ''] of commands) expect(existsSync(join(root, program))).toBe(true);
  });

  it('does not run as root, and stores its data in a volume', () => {
    expect(instructions('USER')).toEqual(['node']);
    expect(instructions('VOLUME')).toEqual(['/app/data']);
  });
});

/** The plugin of today, or the program that it came from. */
const compose = [['docker', 'compose'], ['docker-compose']].find(
  ([program = '', ...args]) => spawnSync(program, [...args, 'version']).status === 0,
);

describe(`docker-compose.yml${compose === undefined ? ' (needs the docker command with compose)' : ''}`, () => {
  (compose === undefined ? it.skip : it)('is well formed', () => {
    const [program = '', ...args] = compose ?? [];
    const { status, stderr } = spawnSync(program, [...args, 'config', '--quiet'], { cwd: root });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  });

  it('starts only programs that exist in the image', () => {
    const commands = readFileSync(join(root, 'docker-compose.yml'), 'utf8').matchAll(
      /^ +command: \["node", "(.*)"\]$/gm,
    );
    const programs = Array.from(commands, ([, program = '']) => program);
    expect(programs).toEqual(['dist/programs/projector.js']);
    for (const program of programs) expect(existsSync(join(root, program))).toBe(true);
  });
});
