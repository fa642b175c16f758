import autocannon from 'autocannon';
import { processorMs } from './processor-time.js';

/** The number of concurrent requests. */
export const CONNECTIONS = 64;
const WARM_UP_SECONDS = 2;

/** The target of a load: a server and the request to send. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** The number of concurrent requests; default {@link CONNECTIONS}. */
  readonly connections?: number;
  /** The process whose processor time is measured. */
  readonly pid?: number;
  /** The status that every answer must have. */
  readonly expect: number;
  /** Creates the next request, with a new body or another path. */
  readonly next: () => { readonly path: string; readonly body?: string };
}

/** The result of a load; times in milliseconds. */
export interface LoadFigures {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /**
   * Processor time for each request, in microseconds, in all threads of the server. It depends less than the rate on
   * what else the machine does. Undefined: not measured.
   */
  readonly processorUs?: number | undefined;
}

/** The length of a load: a number of seconds, or of requests. */
export type Extent = { readonly seconds: number } | { readonly requests: number };

/** A target with its own load generator. */
export interface LoadedTarget {
  readonly name: string;
  load(extent: Extent): Promise<LoadFigures>;
}

/** Loads one target. @throws Error an answer was wrong or missing */
export async function load(target: Target, extent: Extent): Promise<LoadFigures> {
  const { name, url, method, headers, connections = CONNECTIONS, expect, next, pid } = target;
  const processorBefore = pid === undefined ? undefined : processorMs(pid);
  const result = await autocannon({
    url,
    connections,
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.requests }),
    requests: [{ method, headers: { ...headers }, setupRequest: (request) => Object.assign(request, next()) }],
  });
  const expected = result.statusCodeStats?.[`${expect}`]?.count ?? 0;
  const others = result.requests.total - expected;
  if (others > 0 || result.errors > 0 || expected === 0) {
    const seen = JSON.stringify(result.statusCodeStats);
    throw new Error(
      `${name}: ${others} answers were not ${expect}, ${result.errors} requests failed, ${expected} succeeded (${seen})`,
    );
  }
  return {
    requestsPerSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    processorUs: usEach(processorBefore, pid === undefined ? undefined : processorMs(pid), result.requests.total),
  };
}

function usEach(beforeMs: number | undefined, afterMs: number | undefined, requests: number): number | undefined {
  return beforeMs === undefined || afterMs === undefined ? undefined : ((afterMs - beforeMs) * 1_000) / requests;
}

/**
 * Loads the targets alternately, several times, so that other load on the machine affects all of them equally.
 *
 * @returns the median of each figure, by the target's name
 */
export async function compare(
  targets: readonly (Target | LoadedTarget)[],
  rounds: number,
  seconds: number,
): Promise<ReadonlyMap<string, LoadFigures>> {
  const loadOne = (target: Target | LoadedTarget, extent: Extent) =>
    'load' in target ? target.load(extent) : load(target, extent);
  for (const target of targets) await loadOne(target, { seconds: WARM_UP_SECONDS });
  const measured = new Map<string, LoadFigures[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const target of targets) measured.get(target.name)?.push(await loadOne(target, { seconds }));
  }
  return new Map([...measured].map(([name, figures]) => [name, medians(figures)]));
}

function medians(figures: readonly LoadFigures[]): LoadFigures {
  const of = (key: 'requestsPerSecond' | 'p50' | 'p99'): number => median(figures.map((figure) => figure[key]));
  const processorUs = figures.flatMap((figure) => figure.processorUs ?? []);
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50: of('p50'),
    p99: of('p99'),
    processorUs: processorUs.length === 0 ? undefined : median(processorUs),
  };
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
