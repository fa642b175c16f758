import { ConsumerGroup } from './consumer-group.js';
import type { Effect, GroupRules, Message } from './consumer-messages.js';
import type { ConsumerStrategyName } from './consumer-strategy.js';

const RULES: GroupRules = {
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

const NOW = 1_000_000;

/** A group over a stream of numbered events; what it does is noted as text, in order. */
class Scenario {
  readonly group: ConsumerGroup<string>;
  readonly done: string[] = [];
  readonly parking: Message<string>[] = [];
  now = NOW;
  #next = 0n;

  constructor(rules: Partial<GroupRules> = {}) {
    this.group = new ConsumerGroup({ ...RULES, ...rules }, -1n, NOW);
  }

  join(subscriber: string, size = 10): this {
    return this.#note(this.group.join(subscriber, size, this.now));
  }

  leave(subscriber: string): this {
    return this.#note(this.group.leave(subscriber, this.now));
  }

  /** Events e0, e1, …: so many more of them, or with these pins. */
  read(events: number | readonly string[]): this {
    const pins = typeof events === 'number' ? Array.from({ length: events }, () => 'pin') : events;
    const batch = pins.map((pin) => {
      const place = this.#next++;
      return { id: `e${place}`, pin, bytes: 100, event: `event ${place}`, place };
    });
    const batchOf = { events: batch, last: this.#next - 1n, considered: batch.length, live: true };
    return this.#note(this.group.receive(batchOf, this.now));
  }

  /** Events that are not wanted. */
  pass(count: number): this {
    this.#next += BigInt(count);
    return this.#note(
      this.group.receive({ events: [], last: this.#next - 1n, considered: count, live: true }, this.now),
    );
  }

  replay(...ids: string[]): this {
    const parked = ids.map((id, index) => ({ id, pin: 'pin', bytes: 100, event: id, parkedAt: BigInt(index) }));
    return this.#note(this.group.replay(parked, this.now));
  }

  ack(subscriber: string, ...ids: string[]): this {
    return this.#note(this.group.ack(subscriber, ids, this.now));
  }

  nack(subscriber: string, action: Parameters<ConsumerGroup<string>['nack']>[2], ...ids: string[]): this {
    return this.#note(this.group.nack(subscriber, ids, action, 'because', this.now));
  }

  elapse(ms: number): this {
    this.now += ms;
    return this.#note(this.group.tick(this.now));
  }

  parkingEnds(how: 'parked' | 'notParked'): this {
    for (const message of this.parking.splice(0)) this.#note(this.group[how](message, this.now));
    return this;
  }

  /** What has been done since this was last asked. */
  since(): readonly string[] {
    return this.done.splice(0);
  }

  #note(effects: readonly Effect<string>[]): this {
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
        return `checkpoint ${effect.place}`;
      case 'drop':
        return `drop ${effect.subscriber}`;
    }
  }
}

describe('a consumer group delivers', () => {
  it('in the order of the stream, no more than a subscriber asked for', () => {
    const group = new Scenario().join('a', 2).read(4);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a']);
    expect(group.ack('a', 'e1').since()).toEqual(['e2 to a']);
    expect(group.ack('a', 'e0', 'e2').since()).toContain('e3 to a');
  });

  it('nothing more when an acknowledgement names what the subscriber does not hold', () => {
    const group = new Scenario().join('a', 1).join('b', 1).read(3);
    group.since();
    expect(group.ack('a', 'e1', 'e2', 'unknown').since()).toEqual([]);
  });

  it('an id that comes twice once at a time, and yet both', () => {
    const group = new Scenario().join('a', 2);
    group.group.receive(
      {
        events: [
          { id: 'same', pin: 'p', bytes: 1, event: 'first', place: 0n },
          { id: 'same', pin: 'p', bytes: 1, event: 'second', place: 1n },
        ],
        last: 1n,
        considered: 2,
        live: true,
      },
      NOW,
    );
    expect(group.ack('a', 'same').since()).toEqual(['same to a']);
    expect(group.ack('a', 'same').group.settled).toBe(1n);
  });

  it('again, before what is new, when a subscriber asks for it', () => {
    const group = new Scenario().join('a', 1).read(3);
    expect(group.nack('a', 'retry', 'e0').nack('a', 'unknown', 'e0').since()).toEqual([
      'e0 to a',
      'e0* to a',
      'e0** to a',
    ]);
  });

  it('again to others when a subscriber goes', () => {
    const group = new Scenario().join('a', 3).read(3).join('b', 2);
    group.since();
    expect(group.leave('a').since()).toEqual(['e0* to b', 'e1* to b']);
    expect(group.ack('b', 'e0').since()).toEqual(['e2* to b']);
  });

  it('again when a message is not settled in time, which is looked at once a second', () => {
    const group = new Scenario({ messageTimeoutMs: 1_500 }).join('a', 2).read(1);
    group.elapse(999).read(1).elapse(1).elapse(500).elapse(499);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a']);
    expect(group.elapse(1).since()).toEqual(['e0* to a']);
    expect(group.elapse(1_000).since()).toEqual(['e1* to a']);
  });

  it('again no sooner than at the second look, however short the message timeout is', () => {
    const group = new Scenario({ messageTimeoutMs: 1 }).join('a').elapse(999).read(1).elapse(1);
    expect(group.since()).toEqual(['e0 to a']);
    expect(group.elapse(1_000).since()).toEqual(['e0* to a']);
    expect(group.elapse(1_000).since()).toEqual(['e0** to a']);
  });

  it('nothing again that was acknowledged late, before it could be delivered again', () => {
    const group = new Scenario({ messageTimeoutMs: 1 }).join('a', 2).read(3).elapse(1_000).elapse(1_000);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a', 'e0* to a', 'e1* to a']);
    group.elapse(1_000).ack('a', 'e0', 'e1');
    expect(group.since()).toEqual(['e0** to a', 'e1** to a', 'e2 to a']);
    expect(group.group.settled).toBe(1n);
  });

  it('nothing more to another one that has a message which was acknowledged late', () => {
    const group = new Scenario({ messageTimeoutMs: 1 }).join('a', 1).read(1).elapse(1_000).join('b', 1).elapse(1_000);
    expect(group.since()).toEqual(['e0 to a', 'e0* to b']);
    expect(group.ack('a', 'e0').group.settled).toBe(0n);
    expect(group.nack('b', 'retry', 'e0').since()).toEqual([]);
  });

  it('again in the order in which they were read, and parked ones that are replayed after them', () => {
    const group = new Scenario().join('a', 3).read(3).replay('p0').nack('a', 'retry', 'e2', 'e0', 'e1');
    expect(group.since()).toEqual(['e0 to a', 'e1 to a', 'e2 to a', 'e0* to a', 'e1* to a', 'e2* to a']);
    expect(group.ack('a', 'e0').since()).toEqual(['p0 to a']);
  });

  it('for ever patiently when there is no message timeout', () => {
    const group = new Scenario({ messageTimeoutMs: 0 }).join('a').read(1);
    expect(group.elapse(10 ** 9).since()).toEqual(['e0 to a']);
  });

  it('parked messages again before what is new', () => {
    const group = new Scenario().join('a', 1).read(2);
    expect(group.replay('p0').ack('a', 'e0').since()).toEqual(['e0 to a', 'p0 to a']);
  });
});

describe('a consumer group parks', () => {
  it('what a subscriber asks for, with its reason', () => {
    const group = new Scenario().join('a', 1).read(2).nack('a', 'park', 'e0');
    expect(group.since()).toEqual(['e0 to a', "park e0: Client explicitly NAK'ed message.\nbecause", 'e1 to a']);
  });

  it('what has been retried too often, whatever the cause', () => {
    const group = new Scenario({ maxRetryCount: 3 }).join('a').read(1).elapse(1_000).elapse(1_000);
    group.nack('a', 'retry', 'e0').leave('a').join('b');
    expect(group.since()).toEqual(['e0 to a', 'e0* to a', 'e0** to a', 'e0*** to b']);
    expect(group.elapse(1_000).elapse(1_000).since()).toEqual(['park e0: Reached retry count of 3']);
  });

  it('nothing because a subscriber goes, however often it has been retried', () => {
    const group = new Scenario({ maxRetryCount: 0 }).join('a').read(1).leave('a').join('b').leave('b').join('a');
    expect(group.since()).toEqual(['e0 to a', 'e0* to b', 'e0** to a']);
    expect(group.nack('a', 'retry', 'e0').since()).toEqual(['park e0: Reached retry count of 0']);
  });

  it('and keeps its checkpoint before the message until that is done', () => {
    const group = new Scenario().join('a').read(3).nack('a', 'park', 'e0').ack('a', 'e1', 'e2');
    expect(group.group.settled).toBe(-1n);
    expect(group.parkingEnds('parked').group.settled).toBe(2n);
  });

  it('or delivers again when it cannot', () => {
    const group = new Scenario().join('a').read(1).nack('a', 'park', 'e0');
    group.since();
    expect(group.parkingEnds('notParked').since()).toEqual(['e0 to a']);
  });
});

describe('a consumer group is told', () => {
  it('to skip: the message is done with', () => {
    const group = new Scenario().join('a').read(1).nack('a', 'skip', 'e0');
    expect(group.since()).toEqual(['e0 to a']);
    expect(group.group.settled).toBe(0n);
  });

  it('to stop: the subscriber is dropped and others get what it had', () => {
    const group = new Scenario().join('a', 2).read(2).join('b', 5);
    group.since();
    expect(group.nack('a', 'stop', 'e0').since()).toEqual(['drop a', 'e0* to b', 'e1* to b']);
  });
});

describe('the checkpoint of a consumer group', () => {
  it('is the place before the lowest message that is not settled', () => {
    const group = new Scenario().join('a').read(3).pass(4);
    expect(group.ack('a', 'e0', 'e2').group.settled).toBe(0n);
    expect(group.ack('a', 'e1').group.settled).toBe(6n);
  });

  it('is due after a while, if enough has been settled', () => {
    const group = new Scenario({ messageTimeoutMs: 0 }).join('a').read(4);
    group.since();
    expect(group.ack('a', 'e0').elapse(500).ack('a', 'e1').elapse(499).since()).toEqual([]);
    expect(group.elapse(1).since()).toEqual(['checkpoint 1']);
    expect(group.elapse(500).since()).toEqual([]);
  });

  it('is due at once when much has been settled', () => {
    const group = new Scenario().join('a').read(8).ack('a', 'e0', 'e1', 'e2', 'e3', 'e4');
    group.since();
    expect(group.ack('a', 'e5').since()).toEqual(['checkpoint 5']);
  });

  it('moves over events that are not wanted', () => {
    expect(new Scenario().join('a').pass(6).since()).toEqual(['checkpoint 5']);
  });

  it('is not moved by parked messages that are replayed, whose own settling is told apart', () => {
    const group = new Scenario().join('a').replay('p0', 'p1', 'p2').ack('a', 'p0', 'p2');
    expect(group.group.settled).toBe(-1n);
    expect(group.group.firstUnsettledReplay).toBe(1n);
    expect(group.ack('a', 'p1').group.firstUnsettledReplay).toBeUndefined();
  });
});

describe('the room of a consumer group', () => {
  it('is none without subscribers', () => {
    expect(new Scenario().group.room).toBe(0);
    expect(new Scenario().join('a').leave('a').group.room).toBe(0);
  });

  it('is what the buffers leave: the history buffer first, the live buffer once it has caught up', () => {
    const group = new Scenario().join('a', 1);
    expect(group.group.room).toBe(20);
    expect(group.read(5).group.room).toBe(6);
    expect(group.read(6).group.room).toBe(0);
  });

  it('is none while what is held is large', () => {
    const group = new Scenario().join('a');
    const event = { id: 'large', pin: 'p', bytes: 20 * 1_048_576, event: 'large', place: 0n };
    group.group.receive({ events: [event], last: 0n, considered: 1, live: false }, NOW);
    expect(group.group.room).toBe(0);
    expect(group.ack('a', 'large').group.room).toBeGreaterThan(0);
  });
});

describe('the figures of a consumer group', () => {
  it('count what is where', () => {
    const group = new Scenario().join('a', 2).join('b', 1).read(6).nack('a', 'park', 'e0').leave('b');
    expect(group.group.figures).toEqual({
      deliveries: 4,
      inFlight: 2,
      outstanding: 3,
      waiting: 2,
      retries: 1,
      subscribers: [{ id: 'a', size: 2, inFlight: 2, deliveries: 3, latencies: [] }],
    });
  });

  it('tell how long a subscriber takes, where that is asked for', () => {
    const group = new Scenario({ extraStatistics: true }).join('a', 2).read(2).elapse(40).ack('a', 'e1').elapse(10);
    const [subscriber] = group.nack('a', 'skip', 'e0').group.figures.subscribers;
    expect(subscriber?.latencies).toContainEqual({ key: 'Mean', value: 45 });
    expect(subscriber?.latencies).toContainEqual({ key: 'Highest', value: 50 });
  });
});

describe('the strategy', () => {
  const delivered = (strategy: ConsumerStrategyName, pins: readonly string[], sizes: readonly number[]) => {
    const group = new Scenario({ strategy });
    for (const [index, size] of sizes.entries()) group.join('abc'.charAt(index), size);
    return group.read(pins);
  };

  it('RoundRobin takes each in turn and passes over who has no room', () => {
    expect(delivered('RoundRobin', ['', '', '', '', ''], [3, 1, 3]).since()).toEqual([
      'e0 to a',
      'e1 to b',
      'e2 to c',
      'e3 to a',
      'e4 to c',
    ]);
  });

  it('DispatchToSingle fills the first, then the next', () => {
    expect(delivered('DispatchToSingle', ['', '', ''], [2, 2]).since()).toEqual(['e0 to a', 'e1 to a', 'e2 to b']);
  });

  it('Pinned keeps what belongs together with one, though others have room', () => {
    const group = delivered('Pinned', ['x', 'y', 'x', 'y', 'x'], [2, 5]);
    expect(group.since()).toEqual(['e0 to a', 'e1 to b', 'e2 to a', 'e3 to b']);
    expect(group.ack('a', 'e0').since()).toEqual(['e4 to a']);
  });

  it('Pinned hands on what belonged to a subscriber that goes, and to one that comes only what nobody holds', () => {
    const group = delivered('Pinned', ['x'], [2]).join('b').read(['x']);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a']);
    expect(group.leave('a').since()).toEqual(['e0* to b', 'e1* to b']);
    group.ack('b', 'e0', 'e1').join('c').leave('b').since();
    expect(group.read(['x']).since()).toEqual(['e2 to c']);
  });
});
