import fc from 'fast-check';
import { ConsumerGroup } from './consumer-group.js';
import type { ConsumerGroupSettings, Effect, Message } from './consumer-group-types.js';
import { CONSUMER_STRATEGIES } from './consumer-strategy.js';
import { TIMEOUT_CHECK_INTERVAL_MS } from './message-timeouts.js';

const SUBSCRIBERS = ['a', 'b', 'c'];
const SIZE = 3;

type Step =
  | { readonly kind: 'join' | 'leave'; readonly subscriber: string }
  | { readonly kind: 'read' | 'elapse'; readonly amount: number }
  | { readonly kind: Answer; readonly subscriber: string; readonly which: number }
  | { readonly kind: 'parked' | 'parkingFailed' };

/** `lateAck` acknowledges a message that has timed out at the subscriber. */
type Answer = 'ack' | 'retry' | 'skip' | 'park' | 'lateAck';

const subscriber = fc.constantFrom(...SUBSCRIBERS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('join', 'leave'), subscriber }),
  fc.record({ kind: fc.constantFrom('read', 'elapse'), amount: fc.integer({ min: 1, max: 8 }) }),
  fc.record({
    kind: fc.constantFrom<Answer>('ack', 'retry', 'skip', 'park', 'lateAck'),
    subscriber,
    which: fc.nat({ max: SIZE - 1 }),
  }),
  fc.record({ kind: fc.constantFrom('parked', 'parkingFailed') }),
);

/** Milliseconds per unit of `elapse`: eight units are longer than the timeout check interval. */
const UNIT_MS = 200;

interface Delivery {
  readonly event: bigint;
  readonly deadline: number;
  /** Number of timeout checks before the delivery. */
  readonly check: number;
}

/** Runs steps on a group and checks its invariants after each of them. */
class CheckedGroup {
  readonly group: ConsumerGroup<bigint>;
  readonly settled = new Set<bigint>();
  readonly inFlight = new Map<string, Map<string, Delivery>>();
  /** By subscriber: the messages that have timed out there. */
  readonly late = new Map<string, Map<string, bigint>>();
  readonly parking: Message<bigint>[] = [];
  /** By message: how often a subscriber left while holding it, which does not count towards the maximum retry count. */
  readonly left = new Map<bigint, number>();
  read = 0n;
  now = 0;
  #checks = 0;
  #nextCheck = TIMEOUT_CHECK_INTERVAL_MS;
  #lowest = -1n;

  constructor(private readonly rules: ConsumerGroupSettings) {
    this.group = new ConsumerGroup(rules, -1n, this.now);
  }

  run(step: Step): void {
    this.#checkEffects(this.#effects(step));
    this.#countCheck();
    expect(this.group.settled).toBe(this.#lowestSettled());
    for (const { id, inFlight, size } of this.group.statistics.subscribers) {
      expect(inFlight).toBe(this.inFlight.get(id)?.size);
      expect(inFlight).toBeLessThanOrEqual(size);
    }
  }

  #effects(step: Step): readonly Effect<bigint>[] {
    const { group, now, inFlight } = this;
    switch (step.kind) {
      case 'join':
        if (inFlight.has(step.subscriber)) return [];
        inFlight.set(step.subscriber, new Map());
        this.late.set(step.subscriber, new Map());
        return group.join(step.subscriber, SIZE, now);
      case 'leave':
        for (const { event } of inFlight.get(step.subscriber)?.values() ?? []) {
          this.left.set(event, (this.left.get(event) ?? 0) + 1);
        }
        inFlight.delete(step.subscriber);
        this.late.delete(step.subscriber);
        return group.leave(step.subscriber, now);
      case 'read':
        return this.#readUpTo(step.amount);
      case 'elapse':
        this.now += step.amount * UNIT_MS;
        return this.#tick();
      case 'ack':
      case 'skip':
      case 'retry':
      case 'park':
      case 'lateAck':
        return this.#answer(step.kind, step.subscriber, step.which);
      case 'parked':
      case 'parkingFailed': {
        const message = this.parking.shift();
        if (message === undefined) return [];
        if (step.kind === 'parked') this.settled.add(message.event);
        return group[step.kind](message, now);
      }
    }
  }

  #readUpTo(amount: number): readonly Effect<bigint>[] {
    const count = Math.min(amount, this.group.freeBufferSlots);
    const events = Array.from({ length: count }, (_, index) => {
      const position = this.read + BigInt(index);
      return { id: `e${position}`, pinningKey: `pinningKey ${position % 5n}`, bytes: 10, event: position, position };
    });
    this.read += BigInt(count);
    return this.group.receive({ events, last: this.read - 1n, scanned: count, live: true }, this.now);
  }

  /** Moves timed-out messages from `holding` to `late`. */
  #tick(): readonly Effect<bigint>[] {
    if (this.now >= this.#nextCheck) for (const by of this.inFlight.keys()) this.#timeOut(by);
    return this.group.tick(this.now);
  }

  #timeOut(by: string): void {
    const held = this.inFlight.get(by) ?? new Map<string, Delivery>();
    for (const [id, { deadline, event, check }] of held) {
      if (deadline > this.now || check >= this.#checks) continue;
      held.delete(id);
      this.late.get(by)?.set(id, event);
    }
  }

  /** Counts the timeout check, if one was due. */
  #countCheck(): void {
    if (this.now < this.#nextCheck) return;
    this.#checks += 1;
    this.#nextCheck = this.now + TIMEOUT_CHECK_INTERVAL_MS;
  }

  #answer(how: Answer, by: string, which: number): readonly Effect<bigint>[] {
    if (how === 'lateAck') return this.#answerLate(by, which);
    const held = this.inFlight.get(by);
    const [id, message] = [...(held ?? [])][which] ?? [];
    if (id === undefined || message === undefined) return [];
    held?.delete(id);
    if (how === 'ack' || how === 'skip') this.settled.add(message.event);
    return how === 'ack' ? this.group.ack(by, [id], this.now) : this.group.nack(by, [id], how, '', this.now);
  }

  /** A late ack settles the message, unless it is being parked. */
  #answerLate(by: string, which: number): readonly Effect<bigint>[] {
    const late = this.late.get(by);
    const [id, event] = [...(late ?? [])][which] ?? [];
    if (id === undefined || event === undefined) return [];
    late?.delete(id);
    if (!this.parking.some((message) => message.event === event)) {
      this.settled.add(event);
      for (const held of this.inFlight.values()) held.delete(id);
    }
    return this.group.ack(by, [id], this.now);
  }

  #checkEffects(effects: readonly Effect<bigint>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'deliver') {
        const { id, event, retries, deadline } = effect.message;
        expect(this.settled.has(event)).toBe(false);
        expect([...this.inFlight.values()].some((held) => held.has(id))).toBe(false);
        expect(retries).toBeLessThanOrEqual(this.rules.maxRetryCount + (this.left.get(event) ?? 0));
        this.inFlight.get(effect.subscriber)?.set(id, { event, deadline, check: this.#checks });
      } else if (effect.kind === 'park') {
        this.parking.push(effect.message);
      } else if (effect.kind === 'checkpoint') {
        expect(effect.position).toBeLessThanOrEqual(this.#lowestSettled());
      }
    }
  }

  /** The last position up to which every event is settled. */
  #lowestSettled(): bigint {
    while (this.settled.has(this.#lowest + 1n)) this.#lowest += 1n;
    return this.#lowest;
  }

  /** Acknowledges everything: in the end every event that was read must be settled. */
  finish(): void {
    this.run({ kind: 'join', subscriber: 'a' });
    for (let left = 10_000; this.settled.size < Number(this.read) && left > 0; left -= 1) {
      for (const by of SUBSCRIBERS) this.run({ kind: 'ack', subscriber: by, which: 0 });
      this.run({ kind: 'parked' });
    }
    expect(this.group.settled).toBe(this.read - 1n);
    expect(this.group.statistics).toMatchObject({ inFlight: 0, outstanding: 0, buffered: 0, retries: 0 });
  }
}

describe('a consumer group under any sequence of steps', () => {
  it.each(CONSUMER_STRATEGIES)('loses no message with %s', (strategy) => {
    const rules: ConsumerGroupSettings = {
      strategy,
      maxRetryCount: 1,
      messageTimeoutMs: 500,
      historyBufferSize: 6,
      liveBufferSize: 4,
      minCheckpointCount: 1,
      maxCheckpointCount: 3,
      checkpointAfterMs: 1_000,
      extraStatistics: false,
    };
    fc.assert(
      fc.property(fc.array(step, { minLength: 80, maxLength: 160 }), (steps) => {
        const watched = new CheckedGroup(rules);
        for (const one of steps) watched.run(one);
        watched.finish();
      }),
      { numRuns: 40 },
    );
  });
});
