import { Counter, type Registry } from 'prom-client';
import { Code, OK } from '#libs/engine/errors/code.js';
import { MeteredHistogram } from '#libs/engine/runtime/duration-meter.js';
import type { Call } from '../core/call.js';
import { callName } from '../core/call-name.js';
import { PROTOCOLS, type Protocol } from '../core/protocol.js';
import { RequestMeter } from './request-meter.js';

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
    new MeteredHistogram(registry, DURATION, () =>
      all().map(({ protocol, method, meter }) => ({ labels: { protocol, method }, meter: meter.durations })),
    );
  }

  /** Those of a call; the same ones whenever they are asked for. */
  of({ method, run }: Call): Meters {
    if (run === undefined) return this.others;
    const name = callName(method);
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
  labelNames: ['protocol', 'method'],
} as const;

function newMeters(): Meters {
  return {
    rest: new RequestMeter(),
    grpc: new RequestMeter(),
    'grpc-web': new RequestMeter(),
    connect: new RequestMeter(),
  };
}
