import { performance } from 'node:perf_hooks';
import { percentile } from '../support/latency.js';
import { type Appledger, call, newApp, startAppledger } from './appledger.js';
import { processorMs } from './processor-time.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';

/** Changes of the application whose history is read. */
const CHANGES = 1_000;
/** Applications of the project that is listed as it was. */
const LISTED = 1_000;
/** Applications of the same project that are removed and added after that point. */
const LATER = 1_000;
const WRITERS = 32;
const WARM_UP = 20;
const TIMES = 100;
const LISTS = 10;

/** Measures the history of an application, its state, and a list, as of a point of the past. */
export function benchHistory(): Promise<PartResult> {
  return withFolder(async (folder) => {
    const appledger = await startAppledger(folder);
    const { appsPath } = appledger;
    try {
      const ids = await create(appledger, LISTED);
      const asOf = new Date().toISOString();
      const removed = ids.slice(0, LATER / 2);
      await each(removed, (id) => request(appledger, 'DELETE', `${appsPath}/${id}`));
      await create(appledger, LATER);
      const changed = ids.at(-1) ?? '';
      for (let change = 0; change < CHANGES - 2; change += 1) {
        await request(appledger, 'PUT', `${appsPath}/${changed}`, { name: `name ${change}` });
      }
      const path = `/appledger/v1/applications/${changed}`;
      const page = await timed(appledger, TIMES, () => request(appledger, 'GET', `${path}/history`));
      const whole = await timed(appledger, TIMES, () =>
        request(appledger, 'GET', `${path}/history?query.limit=${CHANGES}`),
      );
      const state = await timed(appledger, TIMES, () =>
        request(appledger, 'GET', `${path}/state?at=sequence:${CHANGES / 2}`),
      );
      const one = await timed(appledger, TIMES, () =>
        request(appledger, 'GET', `${appsPath}/${ids[LATER / 2]}`, undefined, asOf),
      );
      const many = await timed(appledger, TIMES, () =>
        request(appledger, 'GET', `${appsPath}/${changed}`, undefined, asOf),
      );
      const query = { query: { limit: LISTED, asc: true } };
      let listed = 0;
      const list = await timed(appledger, LISTS, async () => {
        const { result } = await request(appledger, 'POST', `${appsPath}/_search`, query, asOf);
        listed = (result as readonly unknown[]).length;
      });
      return {
        part: 'history',
        figures: {
          [`the newest 100 of ${CHANGES} changes, p50 ms`]: page.p50,
          [`the newest 100 of ${CHANGES} changes, processor ms`]: page.processor,
          [`all ${CHANGES} changes, p50 ms`]: whole.p50,
          [`all ${CHANGES} changes, processor ms`]: whole.processor,
          [`all ${CHANGES} changes, p99 ms`]: whole.p99,
          [`state of an application of ${CHANGES} changes, p50 ms`]: state.p50,
          [`state of an application of ${CHANGES} changes, processor ms`]: state.processor,
          'GetAppByID as of a time, 2 changes, p50 ms': one.p50,
          'GetAppByID as of a time, 2 changes, processor ms': one.processor,
          [`GetAppByID as of a time, ${CHANGES} changes, p50 ms`]: many.p50,
          [`GetAppByID as of a time, ${CHANGES} changes, processor ms`]: many.processor,
          [`ListApps of ${LISTED} as of a time, p50 ms`]: list.p50,
          [`ListApps of ${LISTED} as of a time, processor ms`]: list.processor,
          'applications in that list': listed,
        },
        aims: [
          { what: `ms for the newest 100 of ${CHANGES} changes`, value: page.p50, below: 20 },
          { what: `ms for all ${CHANGES} changes`, value: whole.p50, below: 20 },
          { what: `ms for the state of an application of ${CHANGES} changes`, value: state.p50, below: 20 },
          { what: `ms for GetAppByID as of a time, ${CHANGES} changes`, value: many.p50, below: 20 },
          { what: `ms for a list of ${LISTED} as of a time`, value: list.p50, below: 1_000 },
        ],
      };
    } finally {
      await appledger.program.stop();
    }
  });
}

function request(
  { program, token }: Appledger,
  method: string,
  path: string,
  body?: object,
  asOf?: string,
): Promise<Readonly<Record<string, unknown>>> {
  return call(program, token, method, path, body, asOf === undefined ? {} : { 'x-appledger-as-of': asOf });
}

async function create(appledger: Appledger, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  await each(Array.from({ length: count }), async () => {
    const { appId } = await request(appledger, 'POST', appledger.creationPath, newApp());
    ids.push(appId as string);
  });
  return ids;
}

async function each<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await run(item);
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
}

/** Runs it one time after the other. Answers the times, and the server's processor time of one, in milliseconds. */
async function timed({ program }: Appledger, times: number, run: () => Promise<unknown>) {
  for (let warming = 0; warming < Math.min(WARM_UP, times); warming += 1) await run();
  const taken: number[] = [];
  const before = processorMs(program.pid) ?? Number.NaN;
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    await run();
    taken.push(performance.now() - began);
  }
  const processor = ((processorMs(program.pid) ?? Number.NaN) - before) / times;
  return { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99), processor };
}
