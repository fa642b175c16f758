import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../support/latency.js';
import { type Appledger, call, identity, startAppledger } from './appledger.js';
import { startReceiver } from './counting-receiver.js';
import { createApplications } from './creations.js';
import { fillLog } from './filled-log.js';
import { processorMs } from './processor-time.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import type { Extent } from './throughput.js';

const ADDED = 'project.application.added';
const WEBHOOKS = '/appledger/v1/webhooks';
const CREATIONS_PER_SECOND = 500;
const CREATIONS_PER_SECOND_BESIDE = 200;
/** Applications in the log that is caught up with, of two events each. */
const CAUGHT_UP_APPLICATIONS = 50_000;
const DEAD_ENDPOINTS = 100;
/** Nothing listens there. */
const DEAD_URL = 'http://127.0.0.1:9/';
const ENV = { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true', APPLEDGER_WEBHOOKS_MAX: String(2 * DEAD_ENDPOINTS) };
/** How long missing deliveries are waited for. */
const PATIENCE_MS = 60_000;

/** Measures how soon and how fast events reach webhooks, and what endpoints that fail cost. */
export async function benchWebhooks({ seconds }: Extent): Promise<PartResult> {
  const live = await withFolder((folder) => benchLive(folder, seconds));
  const caughtUp = await withFolder(benchCatchUp);
  return {
    part: 'webhooks',
    figures: {
      'creations/s': live.one.rate,
      'answer to receipt, p50 ms': live.one.p50,
      'answer to receipt, p99 ms': live.one.p99,
      'answer to receipt with 1 % of applications failing, p99 ms': live.failing.p99,
      'creation, p99 ms': live.alone.p99,
      'processor µs a creation': live.alone.processorUs,
      [`creation beside ${DEAD_ENDPOINTS} dead endpoints, p99 ms`]: live.besideDead.p99,
      [`processor µs a creation beside ${DEAD_ENDPOINTS} dead endpoints`]: live.besideDead.processorUs,
      'deliveries/s while catching up': caughtUp.rate,
      'processor µs a delivery while catching up': caughtUp.processorUs,
    },
    aims: [
      { what: 'ms from answer to receipt, p99', value: live.one.p99, below: 50 },
      { what: 'events lost', value: live.one.lost + live.failing.lost, below: 1 },
      { what: 'deliveries/s while catching up', value: caughtUp.rate, atLeast: 2_000 },
      {
        what: "of the creation's p99, beside dead endpoints",
        value: live.besideDead.p99 / live.alone.p99,
        below: 1.05,
      },
      {
        what: "of the deliveries' p99, beside failing applications",
        value: live.failing.p99 / live.one.p99,
        below: 1.1,
      },
    ],
  };
}

async function benchLive(folder: string, seconds: number) {
  const appledger = await startAppledger(folder, ENV);
  try {
    const besideCount = CREATIONS_PER_SECOND_BESIDE * seconds;
    await createApplications(appledger, besideCount, CREATIONS_PER_SECOND_BESIDE); // warms up
    const alone = await creations(appledger, besideCount);
    const one = await receipt(appledger, seconds, () => false);
    const failing = await receipt(appledger, seconds, (subject) => Number(subject.slice(-4)) % 100 === 0);
    const dead = await Promise.all(Array.from({ length: DEAD_ENDPOINTS }, () => addWebhook(appledger, DEAD_URL)));
    await createApplications(appledger, besideCount, CREATIONS_PER_SECOND_BESIDE); // it is seen that they are dead
    const besideDead = await creations(appledger, besideCount);
    await Promise.all(dead.map((id) => removeWebhook(appledger, id)));
    return { one, failing, alone, besideDead };
  } finally {
    await appledger.program.stop();
  }
}

/** Creates applications at a rate, and measures what it takes. */
async function creations(appledger: Appledger, count: number) {
  const { pid } = appledger.program;
  const used = processorMs(pid) ?? Number.NaN;
  const { took } = await createApplications(appledger, count, CREATIONS_PER_SECOND_BESIDE);
  const processor = (processorMs(pid) ?? Number.NaN) - used;
  return { p99: percentile(took, 0.99), processorUs: (processor * 1_000) / count };
}

/** Creates applications, and measures when a webhook gets them. Times in milliseconds. */
async function receipt(appledger: Appledger, seconds: number, isRefused: (subject: string) => boolean) {
  const receiver = await startReceiver(isRefused);
  const id = await addWebhook(appledger, receiver.url);
  await delay(1_000);
  const began = performance.now();
  const { answered } = await createApplications(appledger, CREATIONS_PER_SECOND * seconds, CREATIONS_PER_SECOND);
  const rate = (answered.size / (performance.now() - began)) * 1_000;
  const wanted = [...answered].filter(([appId]) => !isRefused(appId));
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await delay(100)) {
    if (wanted.every(([appId]) => receiver.accepted.has(appId))) break;
  }
  const delays = wanted.flatMap(([appId, at]) => {
    const arrived = receiver.accepted.get(appId);
    return arrived === undefined ? [] : [Math.max(0, arrived - at)];
  });
  await removeWebhook(appledger, id);
  await receiver.close();
  return { rate, lost: wanted.length - delays.length, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) };
}

/** Measures how fast a new webhook gets a log that is there already. */
async function benchCatchUp(folder: string) {
  const first = await startAppledger(folder, ENV);
  const { organization, project } = await identity(folder);
  await first.program.stop();
  await fillLog(folder, { applications: CAUGHT_UP_APPLICATIONS, organization, projectOf: () => project });
  const appledger = await startAppledger(folder, ENV);
  const receiver = await startReceiver();
  try {
    const { pid } = appledger.program;
    const used = processorMs(pid) ?? Number.NaN;
    await addWebhook(appledger, receiver.url, { from: 'beginning', types: [] });
    while (receiver.count === 0) await delay(1);
    const began = performance.now();
    const events = CAUGHT_UP_APPLICATIONS * 2;
    for (const until = began + PATIENCE_MS * 5; performance.now() < until && receiver.count < events; ) await delay(10);
    const tookMs = performance.now() - began;
    const processor = (processorMs(pid) ?? Number.NaN) - used;
    return { rate: (receiver.count / tookMs) * 1_000, processorUs: (processor * 1_000) / receiver.count };
  } finally {
    await receiver.close();
    await appledger.program.stop();
  }
}

async function addWebhook({ program, token }: Appledger, url: string, options: object = {}): Promise<string> {
  const { webhookId } = await call(program, token, 'POST', WEBHOOKS, { url, types: [ADDED], ...options });
  return webhookId as string;
}

async function removeWebhook({ program, token }: Appledger, id: string): Promise<void> {
  await call(program, token, 'DELETE', `${WEBHOOKS}/${id}`);
}
