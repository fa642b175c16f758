import { ConsumerGroup } from '#libs/engine/event-store-gateway/persistent-subscriptions/consumer-group.js';
import type {
  ConsumerGroupSettings,
  Effect,
  Message,
} from '#libs/engine/event-store-gateway/persistent-subscriptions/consumer-group-types.js';

const SETTINGS: ConsumerGroupSettings = {
  strategy: 'RoundRobin',
  maxRetryCount: 2,
  messageTimeoutMs: 1_000,
  historyBufferSize: 20,
  liveBufferSize: 10,
  minCheckpointCount: 2,
  maxCheckpointCount: 5,
  checkpointAfterMs: 500,
  extraStatistics: false,
};

/** Start of every scenario, in milliseconds since 1970. */
export const NOW = 1_000_000;

/** A consumer group on a stream of numbered events; its effects are recorded as text. */
export class Scenario {
  readonly group: ConsumerGroup<string>;
  readonly done: string[] = [];
  readonly parking: Message<string>[] = [];
  now = NOW;
  #next = 0n;

  constructor(settings: Partial<ConsumerGroupSettings> = {}) {
    this.group = new ConsumerGroup({ ...SETTINGS, ...settings }, -1n, NOW);
  }

  join(subscriber: string, size = 10): this {
    return this.#record(this.group.join(subscriber, size, this.now));
  }

  leave(subscriber: string): this {
    return this.#record(this.group.leave(subscriber, this.now));
  }

  /** Reads events e0, e1, …: a number of them, or one for each pinning key. */
  read(events: number | readonly string[]): this {
    const pins = typeof events === 'number' ? Array.from({ length: events }, () => 'pinningKey') : events;
    const batch = pins.map((pinningKey) => {
      const position = this.#next++;
      return { id: `e${position}`, pinningKey, bytes: 100, event: `event ${position}`, position };
    });
    const batchOf = { events: batch, last: this.#next - 1n, scanned: batch.length, live: true };
    return this.#record(this.group.receive(batchOf, this.now));
  }

  /** Reads events that do not match the filter. */
  pass(count: number): this {
    this.#next += BigInt(count);
    return this.#record(
      this.group.receive({ events: [], last: this.#next - 1n, scanned: count, live: true }, this.now),
    );
  }

  replay(...ids: string[]): this {
    const parked = ids.map((id, index) => ({
      id,
      pinningKey: 'pinningKey',
      bytes: 100,
      event: id,
      parkedRevision: BigInt(index),
    }));
    return this.#record(this.group.replay(parked, this.now));
  }

  ack(subscriber: string, ...ids: string[]): this {
    return this.#record(this.group.ack(subscriber, ids, this.now));
  }

  nack(subscriber: string, action: Parameters<ConsumerGroup<string>['nack']>[2], ...ids: string[]): this {
    return this.#record(this.group.nack(subscriber, ids, action, 'because', this.now));
  }

  elapse(ms: number): this {
    this.now += ms;
    return this.#record(this.group.tick(this.now));
  }

  parkingEnds(how: 'parked' | 'parkingFailed'): this {
    for (const message of this.parking.splice(0)) this.#record(this.group[how](message, this.now));
    return this;
  }

  /** The effects since the last call. */
  since(): readonly string[] {
    return this.done.splice(0);
  }

  #record(effects: readonly Effect<string>[]): this {
    for (const effect of effects) this.done.push(this.#text(effect));
    return this;
  }

  #text(effect: Effect<string>): string {
    switch (effect.kind) {
      case 'deliver':
        return `${effect.message.id}${'*'.repeat(effect.message.retries)} to ${effect.subscriber}`;
      case 'park':
        this.parking.push(effect.message);
        return `park ${effect.message.id}: ${effect.reason}`;
      case 'checkpoint':
        return `checkpoint ${effect.position}`;
      case 'drop':
        return `drop ${effect.subscriber}`;
    }
  }
}
