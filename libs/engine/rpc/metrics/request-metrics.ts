import { Counter, Gauge, type Registry } from 'prom-client';
import { CANCELLED, Code, OK } from '#libs/engine/errors/code.js';
import { MeteredHistogram } from '#libs/engine/runtime/duration-meter.js';
import type { Call, StreamingCall } from '../core/call.js';
import { callName } from '../core/call-name.js';
import { PROTOCOLS, type Protocol } from '../core/protocol.js';
import { RequestMeter } from './request-meter.js';

/** The meters of one method. */
export type Meters = Readonly<Record<Protocol, RequestMeter>>;

/** The label `method` of requests for an unknown path, or for a call that is not served. */
const NO_METHOD = 'other';

const CODE_NAMES: readonly (readonly [string, number])[] = [
  ['OK', OK],
  ['CANCELLED', CANCELLED],
  ...Object.entries(Code),
];

/** The metrics of requests for Prometheus, by protocol and by served method. */
export class RequestMetrics {
  /** Meters of the requests without a served method. */
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
    new Gauge({
      name: 'appledger_open_streams',
      help: 'Answers that stream now, by protocol and method',
      labelNames: ['protocol', 'method'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { protocol, method, meter } of all()) {
          if (meter.openStreams > 0) this.set({ protocol, method }, meter.openStreams);
        }
      },
    });
    new MeteredHistogram(registry, DURATION, () =>
      all().map(({ protocol, method, meter }) => ({ labels: { protocol, method }, meter: meter.durations })),
    );
  }

  /** The meters of a call; every call of this function returns the same ones. */
  of({ method, run }: Pick<Call | StreamingCall, 'method' | 'run'>): Meters {
    return run === undefined ? this.others : this.named(callName(method));
  }

  /** The meters of a route that is not a call of a contract. @param name for the label `method` */
  named(name: string): Meters {
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
