import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { importJWK, type JWK } from 'jose';
import { type Answer, type CallOptions, call, type Development, tokenWith } from './api.js';
import { type Server, type ServerOptions, startServer } from './server.js';

const READY_POLL_MS = 50;

/** A running server, and a caller with all permissions in its first organization. */
export interface Appledger {
  readonly server: Server;
  readonly development: Development;
  /** Calls the API: `POST /path`. Default token: one with all permissions; `token: undefined` sends none. */
  call(request: string, options?: CallOptions): Promise<Answer>;
  /** `METHOD /path` of the applications of a project; default: the first project. */
  appsPath(method: 'POST', projectId?: string): string;
  createApp(body: unknown, projectId?: string): Promise<Answer>;
  getApp(appId: string): Promise<Answer>;
  /** A call on one application of the first project: `app('POST', appId, '/_deactivate', {})`. */
  app(method: string, appId: string, suffix?: string, body?: unknown): Promise<Answer>;
}

/** Starts a server and signs in. */
export async function startAppledger(options: ServerOptions = {}): Promise<Appledger> {
  const server = await startServer(options);
  const development = await readDevelopment(server.dataDir);
  const owner = await tokenWith(development, { IAM_OWNER: [development.organization] });
  const apps = `/management/v1/projects/${development.project}/apps`;
  const appledger: Omit<Appledger, 'createApp' | 'getApp' | 'app'> = {
    server,
    development,
    call: (request, callOptions = {}) => call(server.url, request, { token: owner, ...callOptions }),
    appsPath: (method, projectId = development.project) => `${method} /management/v1/projects/${projectId}/apps/api`,
  };
  return {
    ...appledger,
    createApp: (body, projectId) => appledger.call(appledger.appsPath('POST', projectId), { body }),
    getApp: (appId) => appledger.call(`GET ${apps}/${appId}`),
    app: (method, appId, suffix = '', body = undefined) =>
      appledger.call(`${method} ${apps}/${appId}${suffix}`, { body }),
  };
}

/** Waits until every part of the server is up: projections start and recover asynchronously. */
export async function ready(call: Appledger['call']): Promise<void> {
  while ((await call('GET /debug/ready')).status !== 200) await delay(READY_POLL_MS);
}

async function readDevelopment(dataDir: string): Promise<Development> {
  const record = JSON.parse(await readFile(join(dataDir, 'development-issuer.json'), 'utf8'));
  const { d: _, ...publicJwk } = record.privateKey as JWK;
  const { issuer, audience, organization, user, project } = record;
  const key = (await importJWK(record.privateKey, 'ES256')) as Development['key'];
  return { issuer, audience, organization, user, project, key, publicJwk, kid: publicJwk.kid ?? '' };
}
