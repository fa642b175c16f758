import { type Appledger, call, createApps, newApp, startAppledger } from './appledger.js';
import { compare, type LoadFigures, type Target } from './load.js';
import { type Program, startProgram, withFolder } from './program.js';
import type { Aim, PartResult } from './report.js';

/** How long to measure. */
export interface Extent {
  readonly rounds: number;
  readonly seconds: number;
}

const APPLEDGER = 'Appledger, on disk';
const BARE = 'bare Fastify, a constant';
const OIDC = 'oidc-provider, in memory';
const APPS_TO_READ = 1_000;
const JSON_BODY = { 'content-type': 'application/json' };

/** Measures the creation of applications beside a bare server and beside oidc-provider's registration. */
export function benchCreate(extent: Extent): Promise<PartResult> {
  return withAppledger(async (appledger, bare) => {
    const oidc = await startProgram('test/bench/targets/oidc-registration.js');
    try {
      const headers = { ...bearer(appledger), ...JSON_BODY };
      const create = { method: 'POST', headers, expect: 200, next: () => creation(appledger) } as const;
      const figures = await compare(
        [
          { name: APPLEDGER, url: appledger.program.url, ...create },
          { name: BARE, url: bare.url, ...create },
          { name: OIDC, url: oidc.url, method: 'POST', headers: JSON_BODY, expect: 201, next: registration },
        ],
        extent.rounds,
        extent.seconds,
      );
      const { p99 } = figureOf(figures, APPLEDGER);
      return throughput('create', figures, [
        { what: 'of bare Fastify', value: ratio(figures, BARE), atLeast: 0.25 },
        { what: 'times oidc-provider', value: ratio(figures, OIDC), atLeast: 2 },
        { what: 'p99 in ms', value: p99, below: 50 },
      ]);
    } finally {
      await oidc.stop();
    }
  });
}

/** Measures GetAppByID over a thousand applications, beside a bare server. */
export function benchGet(extent: Extent): Promise<PartResult> {
  return withAppledger(async (appledger, bare) => {
    const read = readTarget(appledger, await createApps(appledger, APPS_TO_READ));
    const targets = [read, { ...read, name: BARE, url: bare.url }];
    const figures = await compare(targets, extent.rounds, extent.seconds);
    return throughput('get', figures, [{ what: 'of bare Fastify', value: ratio(figures, BARE), atLeast: 0.6 }]);
  });
}

/** Reads these applications in turn. */
export function readTarget(appledger: Appledger, appIds: readonly string[]): Target {
  const paths = appIds.map((appId) => `${appledger.appsPath}/${appId}`);
  let turn = 0;
  const next = (): { readonly path: string } => {
    turn = (turn + 1) % paths.length;
    return { path: paths[turn] ?? '' };
  };
  return { name: APPLEDGER, url: appledger.program.url, method: 'GET', headers: bearer(appledger), expect: 200, next };
}

/** Creates one application after the other. */
export function creationTarget(appledger: Appledger): Target {
  const headers = { ...bearer(appledger), ...JSON_BODY };
  return {
    name: APPLEDGER,
    url: appledger.program.url,
    method: 'POST',
    headers,
    expect: 200,
    next: () => creation(appledger),
  };
}

/** Starts Appledger, and a bare server that accepts its tokens and answers what it answers. */
function withAppledger(work: (appledger: Appledger, bare: Program) => Promise<PartResult>): Promise<PartResult> {
  return withFolder(async (folder) => {
    const appledger = await startAppledger(folder);
    try {
      const bare = await startBare(appledger);
      try {
        return await work(appledger, bare);
      } finally {
        await bare.stop();
      }
    } finally {
      await appledger.program.stop();
    }
  });
}

async function startBare({ program, token, appsPath, creationPath }: Appledger): Promise<Program> {
  const created = await call(program, token, 'POST', creationPath, newApp());
  const read = await call(program, token, 'GET', `${appsPath}/${created.appId}`);
  return startProgram('test/bench/targets/bare-fastify.js', {
    BENCH_KEYS_URL: `${program.url}/oauth/v2/keys`,
    BENCH_ISSUER: program.url,
    BENCH_CREATION: JSON.stringify(created),
    BENCH_APP: JSON.stringify(read),
  });
}

function creation({ creationPath }: Appledger): { readonly path: string; readonly body: string } {
  return { path: creationPath, body: JSON.stringify(newApp()) };
}

function registration(): { readonly path: string; readonly body: string } {
  const client = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
  return { path: '/reg', body: JSON.stringify({ client_name: newApp().name, ...client }) };
}

function bearer({ token }: Appledger): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function ratio(figures: ReadonlyMap<string, LoadFigures>, to: string): number {
  return figureOf(figures, APPLEDGER).requestsPerSecond / figureOf(figures, to).requestsPerSecond;
}

function figureOf(figures: ReadonlyMap<string, LoadFigures>, name: string): LoadFigures {
  const found = figures.get(name);
  if (found === undefined) throw new Error(`nothing was measured of ${name}`);
  return found;
}

function throughput(part: string, figures: ReadonlyMap<string, LoadFigures>, aims: readonly Aim[]): PartResult {
  const rows = [...figures].flatMap(([name, { requestsPerSecond, p50, p99 }]) => [
    [`${name}: requests a second`, requestsPerSecond] as const,
    [`${name}: p50 in ms`, p50] as const,
    [`${name}: p99 in ms`, p99] as const,
  ]);
  return { part, figures: Object.fromEntries(rows), aims };
}
