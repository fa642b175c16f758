import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../support/latency.js';
import { messagesOf } from '../support/server-sent-events.js';
import { type Appledger, call, startAppledger } from './appledger.js';
import { createApplications } from './creations.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import type { Extent } from './throughput.js';

const ADDED = 'project.application.added';
const CREATIONS_PER_SECOND = 500;
const CREATIONS_PER_SECOND_FOR_MANY = 200;
const READERS = 100;
/** Applications in the log that is pulled. */
const PULLED_APPLICATIONS = 10_000;
const PAGE = 1_000;

/** Measures how soon and how fast events reach subscribers. */
export function benchFeed({ seconds }: Extent): Promise<PartResult> {
  return withFolder(async (folder) => {
    const appledger = await startAppledger(folder);
    try {
      const one = await receipt(appledger, 1, CREATIONS_PER_SECOND, seconds);
      const many = await receipt(appledger, READERS, CREATIONS_PER_SECOND_FOR_MANY, seconds);
      await createApplications(appledger, PULLED_APPLICATIONS);
      const pulled = await pullRate(appledger);
      return {
        part: 'feed',
        figures: {
          'creations/s': one.rate,
          'answer to receipt by SSE, p50 ms': one.p50,
          'answer to receipt by SSE, p99 ms': one.p99,
          [`creations/s beside ${READERS} readers`]: many.rate,
          [`answer to receipt by each of ${READERS} readers, p99 ms`]: many.p99,
          'pulled events/s': pulled,
        },
        aims: [
          { what: 'ms from answer to receipt, p99', value: one.p99, below: 20 },
          { what: `events lost by ${READERS} readers`, value: many.lost, below: 1 },
          { what: 'events/s pulled', value: pulled, atLeast: 50_000 },
        ],
      };
    } finally {
      await appledger.program.stop();
    }
  });
}

/** Creates applications at a rate, while readers watch. Times in milliseconds. */
async function receipt(appledger: Appledger, readers: number, perSecond: number, seconds: number) {
  const { program, token } = appledger;
  const leaving = new AbortController();
  const received: Map<string, number>[] = [];
  let begun = 0;
  const watch = async () => {
    const seen = new Map<string, number>();
    received.push(seen);
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const url = `${program.url}/appledger/v1/events?after=now&types=${ADDED}`;
    for await (const { event, data } of messagesOf(await fetch(url, { headers, signal: leaving.signal }))) {
      if (event === 'cursor') begun += 1;
      else if (event === ADDED) seen.set(data.subject, performance.now());
    }
  };
  const watching = Array.from({ length: readers }, () => watch().catch(() => undefined)); // ends when it is left
  while (begun < readers) await delay(10);
  const began = performance.now();
  const { answered } = await createApplications(appledger, perSecond * seconds, perSecond);
  const rate = (answered.size / (performance.now() - began)) * 1_000;
  for (let waited = 0; waited < 100 && received.some(({ size }) => size < answered.size); waited += 1) await delay(100);
  leaving.abort();
  await Promise.all(watching);
  const delays = received.flatMap((seen) =>
    Array.from(answered, ([appId, at]) => Math.max(0, (seen.get(appId) ?? Number.NaN) - at)).filter(Number.isFinite),
  );
  const lost = received.reduce((sum, { size }) => sum + answered.size - size, 0);
  return { rate, lost, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) };
}

/** Pulls the whole log. Answers events per second. */
async function pullRate({ program, token }: Appledger): Promise<number> {
  const began = performance.now();
  let count = 0;
  for (let after = ''; ; ) {
    const page = await call(program, token, 'GET', `/appledger/v1/events?limit=${PAGE}&after=${after}`);
    count += (page.events as readonly unknown[] | undefined)?.length ?? 0;
    if (page.hasMore !== true) break;
    after = page.nextCursor as string;
  }
  return (count / (performance.now() - began)) * 1_000;
}
