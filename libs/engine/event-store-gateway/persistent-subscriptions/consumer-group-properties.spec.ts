import fc from 'fast-check';
import { ConsumerGroup } from './consumer-group.js';
import type { Effect, GroupRules, Message } from './consumer-messages.js';
import { CONSUMER_STRATEGIES } from './consumer-strategy.js';
import { TIMEOUT_LOOK_MS } from './message-timeouts.js';

const SUBSCRIBERS = ['a', 'b', 'c'];
const SIZE = 3;

type Step =
  | { readonly kind: 'join' | 'leave'; readonly subscriber: string }
  | { readonly kind: 'read' | 'elapse'; readonly amount: number }
  | { readonly kind: Answer; readonly subscriber: string; readonly which: number }
  | { readonly kind: 'parked' | 'notParked' };

/** A late one is about a message that the subscriber did not settle in time. */
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
  fc.record({ kind: fc.constantFrom('parked', 'notParked') }),
);

/** So many milliseconds are one unit of what elapses: eight of them are more than a look takes. */
const UNIT_MS = 200;

interface Held {
  readonly event: bigint;
  readonly deadline: number;
  /** How many looks for timeouts there had been when it was delivered. */
  readonly look: number;
}

/** What any group must keep to, whatever happens to it; checked after each step. */
class Watched {
  readonly group: ConsumerGroup<bigint>;
  readonly settled = new Set<bigint>();
  readonly holding = new Map<string, Map<string, Held>>();
  /** What a subscriber had and did not settle in time, since it came. */
  readonly late = new Map<string, Map<string, bigint>>();
  readonly parking: Message<bigint>[] = [];
  /** How often a subscriber left with a message: such a delivery counts as no failure. */
  readonly left = new Map<bigint, number>();
  read = 0n;
  now = 0;
  #looks = 0;
  #nextLook = TIMEOUT_LOOK_MS;
  #lowest = -1n;

  constructor(private readonly rules: GroupRules) {
    this.group = new ConsumerGroup(rules, -1n, this.now);
  }

  take(step: Step): void {
    this.#note(this.#effects(step));
    this.#look();
    expect(this.group.settled).toBe(this.#lowestSettled());
    for (const { id, inFlight, size } of this.group.figures.subscribers) {
      expect(inFlight).toBe(this.holding.get(id)?.size);
      expect(inFlight).toBeLessThanOrEqual(size);
    }
  }

  #effects(step: Step): readonly Effect<bigint>[] {
    const { group, now, holding } = this;
    switch (step.kind) {
      case 'join':
        if (holding.has(step.subscriber)) return [];
        holding.set(step.subscriber, new Map());
        this.late.set(step.subscriber, new Map());
        return group.join(step.subscriber, SIZE, now);
      case 'leave':
        for (const { event } of holding.get(step.subscriber)?.values() ?? []) {
          this.left.set(event, (this.left.get(event) ?? 0) + 1);
        }
        holding.delete(step.subscriber);
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
      case 'notParked': {
        const message = this.parking.shift();
        if (message === undefined) return [];
        if (step.kind === 'parked') this.settled.add(message.event);
        return group[step.kind](message, now);
      }
    }
  }

  #readUpTo(amount: number): readonly Effect<bigint>[] {
    const count = Math.min(amount, this.group.room);
    const events = Array.from({ length: count }, (_, index) => {
      const place = this.read + BigInt(index);
      return { id: `e${place}`, pin: `pin ${place % 5n}`, bytes: 10, event: place, place };
    });
    this.read += BigInt(count);
    return this.group.receive({ events, last: this.read - 1n, considered: count, live: true }, this.now);
  }

  /** What a subscriber held for too long is no longer its own. */
  #tick(): readonly Effect<bigint>[] {
    if (this.now >= this.#nextLook) for (const by of this.holding.keys()) this.#timeOut(by);
    return this.group.tick(this.now);
  }

  #timeOut(by: string): void {
    const held = this.holding.get(by) ?? new Map<string, Held>();
    for (const [id, { deadline, event, look }] of held) {
      if (deadline > this.now || look >= this.#looks) continue;
      held.delete(id);
      this.late.get(by)?.set(id, event);
    }
  }

  /** Time has been looked at when it was due; what was delivered then counts as delivered before. */
  #look(): void {
    if (this.now < this.#nextLook) return;
    this.#looks += 1;
    this.#nextLook = this.now + TIMEOUT_LOOK_MS;
  }

  #answer(how: Answer, by: string, which: number): readonly Effect<bigint>[] {
    if (how === 'lateAck') return this.#answerLate(by, which);
    const held = this.holding.get(by);
    const [id, message] = [...(held ?? [])][which] ?? [];
    if (id === undefined || message === undefined) return [];
    held?.delete(id);
    if (how === 'ack' || how === 'skip') this.settled.add(message.event);
    return how === 'ack' ? this.group.ack(by, [id], this.now) : this.group.nack(by, [id], how, '', this.now);
  }

  /** It counts, unless the message is being parked. */
  #answerLate(by: string, which: number): readonly Effect<bigint>[] {
    const late = this.late.get(by);
    const [id, event] = [...(late ?? [])][which] ?? [];
    if (id === undefined || event === undefined) return [];
    late?.delete(id);
    if (!this.parking.some((message) => message.event === event)) {
      this.settled.add(event);
      for (const held of this.holding.values()) held.delete(id);
    }
    return this.group.ack(by, [id], this.now);
  }

  #note(effects: readonly Effect<bigint>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'deliver') {
        const { id, event, retries, deadline } = effect.message;
        expect(this.settled.has(event)).toBe(false);
        expect([...this.holding.values()].some((held) => held.has(id))).toBe(false);
        expect(retries).toBeLessThanOrEqual(this.rules.maxRetryCount + (this.left.get(event) ?? 0));
        this.holding.get(effect.subscriber)?.set(id, { event, deadline, look: this.#looks });
      } else if (effect.kind === 'park') {
        this.parking.push(effect.message);
      } else if (effect.kind === 'checkpoint') {
        expect(effect.place).toBeLessThanOrEqual(this.#lowestSettled());
      }
    }
  }

  /** The last place up to which everything is settled. */
  #lowestSettled(): bigint {
    while (this.settled.has(this.#lowest + 1n)) this.#lowest += 1n;
    return this.#lowest;
  }

  /** Everything that was read is settled in the end, if somebody is there to do it. */
  finish(): void {
    this.take({ kind: 'join', subscriber: 'a' });
    for (let left = 10_000; this.settled.size < Number(this.read) && left > 0; left -= 1) {
      for (const by of SUBSCRIBERS) this.take({ kind: 'ack', subscriber: by, which: 0 });
      this.take({ kind: 'parked' });
    }
    expect(this.group.settled).toBe(this.read - 1n);
    expect(this.group.figures).toMatchObject({ inFlight: 0, outstanding: 0, waiting: 0, retries: 0 });
  }
}

describe('a consumer group, whatever happens', () => {
  it.each(CONSUMER_STRATEGIES)('loses nothing, by %s', (strategy) => {
    const rules: GroupRules = {
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
        const watched = new Watched(rules);
        for (const one of steps) watched.take(one);
        watched.finish();
      }),
      { numRuns: 40 },
    );
  });
});
