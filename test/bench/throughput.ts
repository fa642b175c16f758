import {
  type Appledger,
  appsPathOf,
  call,
  createApps,
  fetchWhenReady,
  identity,
  newApp,
  startAppledger,
  startServer,
  tokenFor,
} from './appledger.js';
import { fillLog } from './filled-log.js';
import { compare, type LoadFigures, type Target } from './load.js';
import { type Program, startProgram, withFolder } from './program.js';
import type { Aim, PartResult } from './report.js';

/** The length of the measurement. */
export interface Extent {
  readonly rounds: number;
  readonly seconds: number;
  /** The number of applications in a large log; default: the part's own. */
  readonly applications?: number | undefined;
}

const APPLEDGER = 'Appledger, on disk';
const BARE = 'bare Fastify, a constant';
const OIDC = 'oidc-provider, in memory';
const APPS_TO_READ = 1_000;
const APPS_AMONG = 100_000;
const APPS_LISTED = 100;
const OTHER_PROJECTS = 997;
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
          { name: APPLEDGER, ...serverOf(appledger.program), ...create },
          { name: BARE, ...serverOf(bare), ...create },
          { name: OIDC, ...serverOf(oidc), method: 'POST', headers: JSON_BODY, expect: 201, next: registration },
        ],
        extent.rounds,
        extent.seconds,
      );
      const { p99 } = figureOf(figures, APPLEDGER);
      return throughput('create', figures, [
        { what: 'of bare Fastify', value: ratio(figures, BARE), atLeast: 0.35 },
        { what: 'times oidc-provider', value: ratio(figures, OIDC), atLeast: 3 },
        { what: 'p99 in ms', value: p99, below: 40 },
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
    const targets = [read, { ...read, name: BARE, ...serverOf(bare) }];
    const figures = await compare(targets, extent.rounds, extent.seconds);
    return throughput('get', figures, [{ what: 'of bare Fastify', value: ratio(figures, BARE), atLeast: 0.75 }]);
  });
}

/** Measures ListApps of a project with 100 applications among 100,000, beside a bare server that answers the same. */
export function benchList(extent: Extent): Promise<PartResult> {
  return withFolder(async (folder) => {
    const first = await startAppledger(folder);
    await first.program.stop();
    const { organization, project } = await identity(folder);
    const projectOf = (application: number) =>
      application % (APPS_AMONG / APPS_LISTED) === 0 ? project : `${application % OTHER_PROJECTS}`;
    await fillLog(folder, { applications: APPS_AMONG, organization, projectOf });
    const program = await startServer(folder);
    try {
      const appledger = { ...first, program, token: await tokenFor(folder), appsPath: appsPathOf(project) };
      await fetchWhenReady(`${program.url}/debug/ready`);
      const path = `${appledger.appsPath}/_search`;
      const list = await call(program, appledger.token, 'POST', path, {});
      const listed = (list.result as readonly unknown[]).length;
      if (listed !== APPS_LISTED) throw new Error(`${listed} applications were listed instead of ${APPS_LISTED}`);
      const bare = await startProgram('test/bench/targets/bare-fastify.js', {
        ...bareEnvironment(program),
        BENCH_LIST: JSON.stringify(list),
      });
      try {
        const headers = { ...bearer(appledger), ...JSON_BODY };
        const search = { method: 'POST', headers, expect: 200, next: () => ({ path, body: '{}' }) } as const;
        const figures = await compare(
          [
            { name: APPLEDGER, ...serverOf(program), ...search },
            { name: BARE, ...serverOf(bare), ...search },
          ],
          extent.rounds,
          extent.seconds,
        );
        return throughput('list', figures, [{ what: 'of bare Fastify', value: ratio(figures, BARE), atLeast: 0.4 }]);
      } finally {
        await bare.stop();
      }
    } finally {
      await program.stop();
    }
  });
}

/** Reads these applications one after the other. */
export function readTarget(appledger: Appledger, appIds: readonly string[]): Target {
  const paths = appIds.map((appId) => `${appledger.appsPath}/${appId}`);
  let turn = 0;
  const next = (): { readonly path: string } => {
    turn = (turn + 1) % paths.length;
    return { path: paths[turn] ?? '' };
  };
  const headers = bearer(appledger);
  return { name: APPLEDGER, ...serverOf(appledger.program), method: 'GET', headers, expect: 200, next };
}

/** Creates one application after the other. */
export function creationTarget(appledger: Appledger): Target {
  const headers = { ...bearer(appledger), ...JSON_BODY };
  return {
    name: APPLEDGER,
    ...serverOf(appledger.program),
    method: 'POST',
    headers,
    expect: 200,
    next: () => creation(appledger),
  };
}

/** Starts Appledger, and a bare server that accepts its tokens and returns the same answers. */
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
    ...bareEnvironment(program),
    BENCH_CREATION: JSON.stringify(created),
    BENCH_APP: JSON.stringify(read),
  });
}

/** The URL at which a bare server finds the keys of Appledger's tokens. */
function bareEnvironment({ url }: Program): Readonly<Record<string, string>> {
  return { BENCH_KEYS_URL: `${url}/oauth/v2/keys`, BENCH_ISSUER: url };
}

function serverOf({ url, pid }: Program): Pick<Target, 'url' | 'pid'> {
  return { url, pid };
}

function creation({ creationPath }: Appledger): { readonly path: string; readonly body: string } {
  return { path: creationPath, body: JSON.stringify(newApp()) };
}

function registration(): { readonly path: string; readonly body: string } {
  const client = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
  return { path: '/reg', body: JSON.stringify({ client_name: newApp().name, ...client }) };
}

/** The header with the token. */
export function bearer({ token }: Appledger): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function ratio(figures: ReadonlyMap<string, LoadFigures>, to: string): number {
  return figureOf(figures, APPLEDGER).requestsPerSecond / figureOf(figures, to).requestsPerSecond;
}

/** The result of a target. @throws Error there is none */
export function figureOf(figures: ReadonlyMap<string, LoadFigures>, name: string): LoadFigures {
  const found = figures.get(name);
  if (found === undefined) throw new Error(`nothing was measured of ${name}`);
  return found;
}

/** The figures of a part by name: requests per second and latencies. */
export function throughput(part: string, figures: ReadonlyMap<string, LoadFigures>, aims: readonly Aim[]): PartResult {
  const rows = [...figures].flatMap(([name, { requestsPerSecond, p50, p99, processorUs }]) => [
    [`${name}: requests a second`, requestsPerSecond] as const,
    [`${name}: p50 in ms`, p50] as const,
    [`${name}: p99 in ms`, p99] as const,
    ...(processorUs === undefined ? [] : [[`${name}: processor time a request in µs`, processorUs] as const]),
  ]);
  return { part, figures: Object.fromEntries(rows), aims };
}
