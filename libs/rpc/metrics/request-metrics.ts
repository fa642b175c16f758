import type { DescMethod } from '@bufbuild/protobuf';
import { Counter, Histogram, type Registry } from 'prom-client';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import type { Call } from '../call.js';
import { PROTOCOLS, type Protocol } from '../protocol.js';
import { BUCKETS_MS, OK, RequestMeter } from './request-meter.js';

/** The meters of one method. */
export type Meters = Readonly<Record<Protocol, RequestMeter>>;

/** What requests have in place of a method that is on no call's path, or on that of a call that is not served. */
const NO_METHOD = 'other';

const CODE_NAMES: readonly (readonly [string, number])[] = [['OK', OK], ...Object.entries(Code)];

/** What the requests are in Prometheus' terms: by protocol and method, which only those that are served have. */
export class RequestMetrics {
  /** Of the requests without a method that is served. */
  readonly others: Meters = newMeters();
  readonly #meters = new Map<string, Meters>([[NO_METHOD, this.others]]);

  constructor(registry: Registry) {
    const all = () => this.#all();
    new Counter({
      name: 'appledger_requests_total',
      help: 'Requests by protocol, method and code',
      labelNames: ['protocol', 'method', 'code'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { protocol, method, meter } of all()) {
          for (const [code, number] of CODE_NAMES) {
            const requests = meter.answers[number] ?? 0;
            if (requests > 0) this.inc({ protocol, method, code }, requests);
          }
        }
      },
    });
    new RequestDurations(registry, all);
  }

  /** Those of a call; the same ones whenever they are asked for. */
  of({ method, run }: Call): Meters {
    if (run === undefined) return this.others;
    const name = methodName(method);
    const meters = this.#meters.get(name) ?? newMeters();
    this.#meters.set(name, meters);
    return meters;
  }

  #all(): readonly Metered[] {
    return [...this.#meters].flatMap(([method, meters]) =>
      PROTOCOLS.map((protocol) => ({ protocol, method, meter: meters[protocol] })),
    );
  }
}

/** A meter with its labels. */
interface Metered {
  readonly protocol: Protocol;
  readonly method: string;
  readonly meter: RequestMeter;
}

const DURATION = {
  name: 'appledger_request_duration_seconds',
  help: 'How long requests took, from when they had been read until their answer was there, by protocol and method',
};

/** A histogram whose numbers the meters keep. */
class RequestDurations extends Histogram<'protocol' | 'method'> {
  constructor(
    registry: Registry,
    private readonly all: () => readonly Metered[],
  ) {
    super({ ...DURATION, labelNames: ['protocol', 'method'], registers: [registry] });
  }

  /** What prom-client's registry takes from a metric. */
  async getForPromString() {
    return { ...DURATION, type: 'histogram', aggregator: 'sum', values: this.all().flatMap(durationValues) };
  }
}

/** Prometheus' buckets hold what those below them hold, too. */
function durationValues({ protocol, method, meter: { durations, totalMs } }: Metered) {
  let count = 0;
  const value = (suffix: string, number: number, labels: Readonly<Record<string, string | number>> = {}) => ({
    metricName: DURATION.name + suffix,
    value: number,
    labels,
    sharedLabels: { protocol, method },
  });
  const buckets = Array.from(durations, (requests, index) => {
    count += requests;
    const end = BUCKETS_MS[index];
    return value('_bucket', count, { le: end === undefined ? '+Inf' : end / 1000 });
  });
  return count === 0 ? [] : [...buckets, value('_sum', totalMs / 1000), value('_count', count)];
}

function methodName({ parent, name }: DescMethod): string {
  return `${parent.name}/${name}`;
}

function newMeters(): Meters {
  return {
    rest: new RequestMeter(),
    grpc: new RequestMeter(),
    'grpc-web': new RequestMeter(),
    connect: new RequestMeter(),
  };
}
