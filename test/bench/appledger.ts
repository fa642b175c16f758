import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { outputOf, type Program, startProgram } from './program.js';

/** The server as users start it. */
const SERVER = 'programs/api.js';
/** The same server from its modules, whose names are in a profile. */
const SERVER_IN_MODULES = 'apps/api/main.js';

const POLL_MS = 50;

/** A running Appledger with a project, and a token with all permissions in it. */
export interface Appledger {
  readonly program: Program;
  readonly token: string;
  readonly appsPath: string;
  readonly creationPath: string;
}

/**
 * Starts the server on a data folder, signs in and makes a project.
 *
 * @param env set on top of what every server gets
 * @param profiles the folder for profiles of its processor time; undefined: none is made
 */
export async function startAppledger(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  profiles?: string,
): Promise<Appledger> {
  const program = await startServer(dataDir, env, profiles);
  const token = await tokenFor(dataDir);
  const { id } = await call(program, token, 'POST', '/management/v1/projects', { name: `bench ${randomUUID()}` });
  const appsPath = appsPathOf(id as string);
  return { program, token, appsPath, creationPath: `${appsPath}/api` };
}

/** The path of a project's applications. */
export function appsPathOf(projectId: string): string {
  return `/management/v1/projects/${projectId}/apps`;
}

/** The organization and the project that the development issuer's token is for. */
export async function identity(dataDir: string): Promise<{ readonly organization: string; readonly project: string }> {
  return JSON.parse(await readFile(join(dataDir, 'development-issuer.json'), 'utf8'));
}

/** Waits until the address answers 200. */
export async function fetchWhenReady(url: string): Promise<void> {
  while ((await fetch(url)).status !== 200) await delay(POLL_MS);
}

/** Starts the server without signing in, for example again on the same folder. */
export function startServer(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  profiles?: string,
): Promise<Program> {
  const all = { ...environment(dataDir), ...env };
  if (profiles === undefined) return startProgram(SERVER, all);
  return startProgram(SERVER_IN_MODULES, all, ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
}

/** A token for the server that runs on this folder, or ran on it last. */
export function tokenFor(dataDir: string): Promise<string> {
  return outputOf('programs/token.js', environment(dataDir));
}

/** Creates a number of applications one after the other, and returns their ids. */
export async function createApps(appledger: Appledger, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const { program, token, creationPath } = appledger;
    const { appId } = await call(program, token, 'POST', creationPath, newApp());
    ids.push(appId as string);
  }
  return ids;
}

/** The body of a creation; the name is new each time. */
export function newApp(): { readonly name: string } {
  return { name: `bench ${randomUUID()}` };
}

/** Calls the API. @throws Error any answer but 200 */
export async function call(
  program: Program,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${program.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

function environment(dataDir: string): Readonly<Record<string, string>> {
  return {
    APPLEDGER_HOST: '127.0.0.1',
    APPLEDGER_PORT: '0',
    APPLEDGER_GATEWAY_PORT: 'off',
    APPLEDGER_DATA_DIR: dataDir,
  };
}
