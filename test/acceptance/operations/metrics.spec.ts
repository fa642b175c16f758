import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';
import { speakersOf } from '../../support/speakers.js';
import { framed, overHttp1, overHttp2 } from '../../support/wire.js';

const HEALTHZ = '/zitadel.management.v1.ManagementService/Healthz';
const NOT_SERVED = '/zitadel.management.v1.ManagementService/GetIAM';
const TOO_LARGE = Buffer.alloc(70_000);

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

async function metrics(): Promise<string> {
  return (await fetch(`${appledger.server.url}/debug/metrics`)).text();
}

/** How many requests have been counted with the labels, and how many durations where they have no code. */
async function counted(protocol: string, method: string, code?: string): Promise<number> {
  const line =
    code === undefined
      ? `appledger_request_duration_seconds_count{protocol="${protocol}",method="${method}"}`
      : `appledger_requests_total{protocol="${protocol}",method="${method}",code="${code}"}`;
  const found = (await metrics()).split('\n').find((other) => other.startsWith(`${line} `));
  return Number(found?.slice(line.length) ?? 0);
}

const post = (path: string, type: string, body: Buffer = framed(new Uint8Array())) => ({
  path,
  body,
  headers: { 'content-type': type, te: 'trailers' },
});

describe('the metrics of requests', () => {
  it('count a call by its protocol', async () => {
    const { speakers, close } = speakersOf(appledger.server.url);
    for (const { call } of speakers)
      expect(await call(ManagementService.method.healthz, {}, {})).toEqual({ answer: {} });
    close();
    const protocols = ['rest', 'grpc', 'grpc-web', 'connect'];
    const counts = await Promise.all(protocols.map((protocol) => counted(protocol, 'ManagementService/Healthz', 'OK')));
    expect(counts).toEqual([2, 1, 3, 4]);
    const durations = await Promise.all(protocols.map((protocol) => counted(protocol, 'ManagementService/Healthz')));
    expect(durations).toEqual(counts);
  });

  it('count a refusal by its code', async () => {
    await appledger.createApp({ name: 'Counted' });
    await appledger.createApp({ name: '' });
    await appledger.call(appledger.appsPath('POST'), { token: undefined, body: { name: 'Counted' } });
    const codes = ['OK', 'INVALID_ARGUMENT', 'UNAUTHENTICATED'];
    const counts = await Promise.all(codes.map((code) => counted('rest', 'ManagementService/AddAPIApp', code)));
    expect(counts).toEqual([1, 1, 1]);
    expect(await counted('rest', 'ManagementService/AddAPIApp')).toBe(3);
  });

  it('have cumulative buckets of durations', async () => {
    await appledger.call('GET /management/v1/healthz');
    const buckets = [
      ...(await metrics()).matchAll(
        /^appledger_request_duration_seconds_bucket\{le="(.+)",protocol="rest",method="ManagementService\/Healthz"\} (\d+)$/gm,
      ),
    ];
    const counts = buckets.map(([, , count]) => Number(count));
    expect(buckets.at(-1)?.[1]).toBe('+Inf');
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(await counted('rest', 'ManagementService/Healthz'));
  });

  it.each([
    [
      'rest',
      'ManagementService/AddAPIApp',
      () => overHttp1(url(), post('/management/v1/projects/p/apps/api', 'application/json', TOO_LARGE)),
    ],
    ['grpc', 'ManagementService/Healthz', () => overHttp2(url(), post(HEALTHZ, 'application/grpc', framed(TOO_LARGE)))],
    ['connect', 'ManagementService/Healthz', () => overHttp1(url(), post(HEALTHZ, 'application/json', TOO_LARGE))],
    ['rest', 'other', () => overHttp1(url(), post('/nowhere', 'application/json', TOO_LARGE))],
  ] as const)(
    'count a request over %s for %s that is too large, without a duration',
    async (protocol, method, send) => {
      const before = await counted(protocol, method);
      await send();
      expect(await counted(protocol, method, 'RESOURCE_EXHAUSTED')).toBe(1);
      expect(await counted(protocol, method)).toBe(before);
    },
  );

  it('have one label for all unknown methods, so that clients cannot add labels', async () => {
    const paths = ['/nowhere', '/management/v1/iam', `/${'x'.repeat(50)}`];
    for (const path of paths) await overHttp1(url(), { path, method: 'GET', headers: {} });
    await overHttp2(url(), post('/no.Service/Method', 'application/grpc'));
    await overHttp2(url(), post(NOT_SERVED, 'application/grpc'));
    await overHttp1(url(), post(NOT_SERVED, 'application/proto'));
    expect(await counted('rest', 'other', 'NOT_FOUND')).toBe(2);
    expect(await counted('rest', 'other', 'UNIMPLEMENTED')).toBe(1);
    expect(await counted('grpc', 'other', 'UNIMPLEMENTED')).toBe(2);
    expect(await counted('connect', 'other', 'UNIMPLEMENTED')).toBe(1);
    expect(await metrics()).not.toMatch(/nowhere|xxxx|no\.Service|GetIAM/);
  });

  it('are served with those of the appends', async () => {
    const { body } = await appledger.createApp({ name: 'Appended' });
    expect(body.appId).toMatch(/^\d{18}$/);
    expect(await metrics()).toMatch(/^appledger_append_duration_seconds_count\{outcome="written"\} [1-9]\d*$/m);
  });

  it('are served with those of the process', async () => {
    expect(await metrics()).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(await metrics()).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  const url = () => appledger.server.url;
});
