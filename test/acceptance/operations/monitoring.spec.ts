import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { cleanUp, type Server, startServer } from '../../support/server.js';

const DEPLOY = resolve(import.meta.dirname, '../../../deploy');
const ALERTS = join(DEPLOY, 'prometheus/alerts.yml');
const DASHBOARD = join(DEPLOY, 'grafana/appledger.json');

/** A metric of Appledger's or of its process, as it stands in an expression. */
const METRIC = /\b(?:appledger|nodejs|process)_[a-z0-9_]+\b/g;

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const withPromtool = hasPromtool ? it : it.skip;
const NEEDS_PROMTOOL = hasPromtool ? '' : ' (needs promtool)';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

const rules: readonly Rule[] = parse(readFileSync(ALERTS, 'utf8')).groups.flatMap(
  ({ rules: each }: { rules: readonly Rule[] }) => each,
);
const panels: readonly Panel[] = JSON.parse(readFileSync(DASHBOARD, 'utf8')).panels;
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
];

let events: GatewayProcess;
let embedded: Appledger;
let onGateway: Appledger;
let projector: Server;
beforeAll(async () => {
  events = new GatewayProcess();
  await events.start();
  const APPLEDGER_EVENTSTORE_URL = events.connectionString;
  embedded = await startAppledger();
  onGateway = await startAppledger({ env: { APPLEDGER_EVENTSTORE_URL } });
  for (const { call, createApp } of [embedded, onGateway]) {
    await ready(call);
    await createApp({ name: 'measured' });
  }
  // Metrics of a projector are there while its MongoDB is away, too.
  const APPLEDGER_MONGODB_URL = 'mongodb://127.0.0.1:1/appledger?serverSelectionTimeoutMS=200';
  projector = await startServer({ app: 'projector', env: { APPLEDGER_EVENTSTORE_URL, APPLEDGER_MONGODB_URL } });
});
afterAll(async () => {
  await cleanUp();
  await events.end('SIGKILL');
});

/** The metrics of each kind of process. */
async function allMetrics(): Promise<readonly (readonly [string, string])[]> {
  const servers = { 'an api': embedded.server, 'an api on EventStoreDB': onGateway.server, 'a projector': projector };
  const texts = Object.entries(servers).map(async ([name, { url }]) => {
    return [name, await (await fetch(`${url}/debug/metrics`)).text()] as const;
  });
  return Promise.all(texts);
}

/** The names that series have: a histogram has three. */
function namesIn(metrics: string): ReadonlySet<string> {
  const names = Array.from(metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = '', type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  );
  return new Set(names.flat());
}

describe('the metrics', () => {
  withPromtool(`pass the linter of Prometheus${NEEDS_PROMTOOL}`, async () => {
    for (const [name, metrics] of await allMetrics()) {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: metrics });
      expect([name, status, `${stdout}${stderr}`]).toEqual([name, 0, '']);
    }
  });

  it('of an api have the names that the alerts and the dashboard use, with either event store', async () => {
    for (const [name, metrics] of (await allMetrics()).slice(0, 2)) {
      const known = namesIn(metrics);
      for (const [where, expression] of expressions) {
        const unknown = (expression.match(METRIC) ?? []).filter((metric) => !known.has(metric));
        expect([name, where, unknown]).toEqual([name, where, []]);
      }
    }
  });

  it('of a projector have the names that they use for projections and processes', async () => {
    const known = namesIn((await allMetrics())[2]?.[1] ?? '');
    const asked = expressions.flatMap(([, expression]) => expression.match(METRIC) ?? []);
    const ofProjectors = asked.filter((metric) => !/^appledger_(request|append)/.test(metric));
    expect(ofProjectors.length).toBeGreaterThan(5);
    expect(ofProjectors.filter((metric) => !known.has(metric))).toEqual([]);
  });

  it('have the labels that the alerts select by', async () => {
    const [, metrics = ''] = (await allMetrics())[0] ?? [];
    expect(metrics).toMatch(/^appledger_append_duration_seconds_count\{outcome="written"\} [1-9]/m);
    expect(metrics).toMatch(
      /^appledger_requests_total\{protocol="rest",method="ManagementService\/AddAPIApp",code="OK"\} 1$/m,
    );
  });
});

describe('the alerts', () => {
  withPromtool(`are such as Prometheus takes${NEEDS_PROMTOOL}`, () => {
    for (const [kind, file] of [
      ['rules', ALERTS],
      ['config', join(DEPLOY, 'prometheus/prometheus.yml')],
    ] as const) {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', kind, file]);
      expect([file, status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([file, 0, '']);
    }
  });

  it('describe their meaning and what to do', () => {
    expect(rules.length).toBeGreaterThan(5);
    for (const { alert, annotations } of rules) {
      expect([alert, Object.keys(annotations)]).toEqual([alert, ['summary', 'description']]);
    }
  });
});
