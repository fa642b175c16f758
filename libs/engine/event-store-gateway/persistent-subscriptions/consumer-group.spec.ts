import { NOW, Scenario } from '../../../../test/support/consumer-group-scenario.js';
import type { ConsumerStrategyName } from './consumer-strategy.js';

describe('a consumer group delivers', () => {
  it('in stream order, no more than the buffer size of the subscriber', () => {
    const group = new Scenario().join('a', 2).read(4);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a']);
    expect(group.ack('a', 'e1').since()).toEqual(['e2 to a']);
    expect(group.ack('a', 'e0', 'e2').since()).toContain('e3 to a');
  });

  it('nothing more after an ack for messages that the subscriber does not hold', () => {
    const group = new Scenario().join('a', 1).join('b', 1).read(3);
    group.since();
    expect(group.ack('a', 'e1', 'e2', 'unknown').since()).toEqual([]);
  });

  it('two events with the same id one after the other', () => {
    const group = new Scenario().join('a', 2);
    group.group.receive(
      {
        events: [
          { id: 'same', pinningKey: 'p', bytes: 1, event: 'first', position: 0n },
          { id: 'same', pinningKey: 'p', bytes: 1, event: 'second', position: 1n },
        ],
        last: 1n,
        scanned: 2,
        live: true,
      },
      NOW,
    );
    expect(group.ack('a', 'same').since()).toEqual(['same to a']);
    expect(group.ack('a', 'same').group.settled).toBe(1n);
  });

  it('a retried message before new ones', () => {
    const group = new Scenario().join('a', 1).read(3);
    expect(group.nack('a', 'retry', 'e0').nack('a', 'unknown', 'e0').since()).toEqual([
      'e0 to a',
      'e0* to a',
      'e0** to a',
    ]);
  });

  it('the in-flight messages of a subscriber that leaves to the others', () => {
    const group = new Scenario().join('a', 3).read(3).join('b', 2);
    group.since();
    expect(group.leave('a').since()).toEqual(['e0* to b', 'e1* to b']);
    expect(group.ack('b', 'e0').since()).toEqual(['e2* to b']);
  });

  it('a message again after its timeout, with one check a second', () => {
    const group = new Scenario({ messageTimeoutMs: 1_500 }).join('a', 2).read(1);
    group.elapse(999).read(1).elapse(1).elapse(500).elapse(499);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a']);
    expect(group.elapse(1).since()).toEqual(['e0* to a']);
    expect(group.elapse(1_000).since()).toEqual(['e1* to a']);
  });

  it('a message again at the second check at the earliest, however short the message timeout is', () => {
    const group = new Scenario({ messageTimeoutMs: 1 }).join('a').elapse(999).read(1).elapse(1);
    expect(group.since()).toEqual(['e0 to a']);
    expect(group.elapse(1_000).since()).toEqual(['e0* to a']);
    expect(group.elapse(1_000).since()).toEqual(['e0** to a']);
  });

  it('a message no more when a late ack precedes its retry', () => {
    const group = new Scenario({ messageTimeoutMs: 1 }).join('a', 2).read(3).elapse(1_000).elapse(1_000);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a', 'e0* to a', 'e1* to a']);
    group.elapse(1_000).ack('a', 'e0', 'e1');
    expect(group.since()).toEqual(['e0** to a', 'e1** to a', 'e2 to a']);
    expect(group.group.settled).toBe(1n);
  });

  it('a message to no third subscriber when a late ack follows its retry', () => {
    const group = new Scenario({ messageTimeoutMs: 1 }).join('a', 1).read(1).elapse(1_000).join('b', 1).elapse(1_000);
    expect(group.since()).toEqual(['e0 to a', 'e0* to b']);
    expect(group.ack('a', 'e0').group.settled).toBe(0n);
    expect(group.nack('b', 'retry', 'e0').since()).toEqual([]);
  });

  it('retries in read order, and replayed parked messages after them', () => {
    const group = new Scenario().join('a', 3).read(3).replay('p0').nack('a', 'retry', 'e2', 'e0', 'e1');
    expect(group.since()).toEqual(['e0 to a', 'e1 to a', 'e2 to a', 'e0* to a', 'e1* to a', 'e2* to a']);
    expect(group.ack('a', 'e0').since()).toEqual(['p0 to a']);
  });

  it('a message only once when the message timeout is 0', () => {
    const group = new Scenario({ messageTimeoutMs: 0 }).join('a').read(1);
    expect(group.elapse(10 ** 9).since()).toEqual(['e0 to a']);
  });

  it('replayed parked messages before new ones', () => {
    const group = new Scenario().join('a', 1).read(2);
    expect(group.replay('p0').ack('a', 'e0').since()).toEqual(['e0 to a', 'p0 to a']);
  });
});

describe('a consumer group parks', () => {
  it('a message after a nack with park, and keeps the reason', () => {
    const group = new Scenario().join('a', 1).read(2).nack('a', 'park', 'e0');
    expect(group.since()).toEqual(['e0 to a', "park e0: Client explicitly NAK'ed message.\nbecause", 'e1 to a']);
  });

  it('a message that reached the maximum retry count, whatever caused the retries', () => {
    const group = new Scenario({ maxRetryCount: 3 }).join('a').read(1).elapse(1_000).elapse(1_000);
    group.nack('a', 'retry', 'e0').leave('a').join('b');
    expect(group.since()).toEqual(['e0 to a', 'e0* to a', 'e0** to a', 'e0*** to b']);
    expect(group.elapse(1_000).elapse(1_000).since()).toEqual(['park e0: Reached retry count of 3']);
  });

  it('no message because a subscriber leaves, whatever its retry count', () => {
    const group = new Scenario({ maxRetryCount: 0 }).join('a').read(1).leave('a').join('b').leave('b').join('a');
    expect(group.since()).toEqual(['e0 to a', 'e0* to b', 'e0** to a']);
    expect(group.nack('a', 'retry', 'e0').since()).toEqual(['park e0: Reached retry count of 0']);
  });

  it('and keeps the checkpoint before the message until it is parked', () => {
    const group = new Scenario().join('a').read(3).nack('a', 'park', 'e0').ack('a', 'e1', 'e2');
    expect(group.group.settled).toBe(-1n);
    expect(group.parkingEnds('parked').group.settled).toBe(2n);
  });

  it('or delivers the message again when parking fails', () => {
    const group = new Scenario().join('a').read(1).nack('a', 'park', 'e0');
    group.since();
    expect(group.parkingEnds('parkingFailed').since()).toEqual(['e0 to a']);
  });
});

describe('a nack', () => {
  it('with skip settles the message', () => {
    const group = new Scenario().join('a').read(1).nack('a', 'skip', 'e0');
    expect(group.since()).toEqual(['e0 to a']);
    expect(group.group.settled).toBe(0n);
  });

  it('with stop drops the subscriber and retries its messages on the others', () => {
    const group = new Scenario().join('a', 2).read(2).join('b', 5);
    group.since();
    expect(group.nack('a', 'stop', 'e0').since()).toEqual(['drop a', 'e0* to b', 'e1* to b']);
  });
});

describe('the checkpoint of a consumer group', () => {
  it('is the position before the first unsettled message', () => {
    const group = new Scenario().join('a').read(3).pass(4);
    expect(group.ack('a', 'e0', 'e2').group.settled).toBe(0n);
    expect(group.ack('a', 'e1').group.settled).toBe(6n);
  });

  it('is due after checkpointAfterMs if minCheckpointCount events are settled', () => {
    const group = new Scenario({ messageTimeoutMs: 0 }).join('a').read(4);
    group.since();
    expect(group.ack('a', 'e0').elapse(500).ack('a', 'e1').elapse(499).since()).toEqual([]);
    expect(group.elapse(1).since()).toEqual(['checkpoint 1']);
    expect(group.elapse(500).since()).toEqual([]);
  });

  it('is due immediately when more than maxCheckpointCount events are settled', () => {
    const group = new Scenario().join('a').read(8).ack('a', 'e0', 'e1', 'e2', 'e3', 'e4');
    group.since();
    expect(group.ack('a', 'e5').since()).toEqual(['checkpoint 5']);
  });

  it('moves past events that do not match the filter', () => {
    expect(new Scenario().join('a').pass(6).since()).toEqual(['checkpoint 5']);
  });

  it('is not moved by replayed parked messages, whose progress is separate', () => {
    const group = new Scenario().join('a').replay('p0', 'p1', 'p2').ack('a', 'p0', 'p2');
    expect(group.group.settled).toBe(-1n);
    expect(group.group.firstUnsettledReplay).toBe(1n);
    expect(group.ack('a', 'p1').group.firstUnsettledReplay).toBeUndefined();
  });
});

describe('the free buffer slots of a consumer group', () => {
  it('are 0 without subscribers', () => {
    expect(new Scenario().group.freeBufferSlots).toBe(0);
    expect(new Scenario().join('a').leave('a').group.freeBufferSlots).toBe(0);
  });

  it('are those of the history buffer while it catches up, and of the live buffer afterwards', () => {
    const group = new Scenario().join('a', 1);
    expect(group.group.freeBufferSlots).toBe(20);
    expect(group.read(5).group.freeBufferSlots).toBe(6);
    expect(group.read(6).group.freeBufferSlots).toBe(0);
  });

  it('are 0 while the unsettled messages are large', () => {
    const group = new Scenario().join('a');
    const event = { id: 'large', pinningKey: 'p', bytes: 20 * 1_048_576, event: 'large', position: 0n };
    group.group.receive({ events: [event], last: 0n, scanned: 1, live: false }, NOW);
    expect(group.group.freeBufferSlots).toBe(0);
    expect(group.ack('a', 'large').group.freeBufferSlots).toBeGreaterThan(0);
  });
});

describe('the statistics of a consumer group', () => {
  it('count messages in flight, buffered and to retry', () => {
    const group = new Scenario().join('a', 2).join('b', 1).read(6).nack('a', 'park', 'e0').leave('b');
    expect(group.group.statistics).toEqual({
      totalDeliveries: 4,
      inFlight: 2,
      outstanding: 3,
      buffered: 2,
      retries: 1,
      subscribers: [{ id: 'a', size: 2, inFlight: 2, deliveries: 3, latencies: [] }],
    });
  });

  it('hold the latencies of a subscriber if extra statistics are enabled', () => {
    const group = new Scenario({ extraStatistics: true }).join('a', 2).read(2).elapse(40).ack('a', 'e1').elapse(10);
    const [subscriber] = group.nack('a', 'skip', 'e0').group.statistics.subscribers;
    expect(subscriber?.latencies).toContainEqual({ key: 'Mean', value: 45 });
    expect(subscriber?.latencies).toContainEqual({ key: 'Highest', value: 50 });
  });
});

describe('the consumer strategy', () => {
  const delivered = (strategy: ConsumerStrategyName, pins: readonly string[], sizes: readonly number[]) => {
    const group = new Scenario({ strategy });
    for (const [index, size] of sizes.entries()) group.join('abc'.charAt(index), size);
    return group.read(pins);
  };

  it('RoundRobin delivers in turn and skips subscribers without a free slot', () => {
    expect(delivered('RoundRobin', ['', '', '', '', ''], [3, 1, 3]).since()).toEqual([
      'e0 to a',
      'e1 to b',
      'e2 to c',
      'e3 to a',
      'e4 to c',
    ]);
  });

  it('DispatchToSingle fills the first subscriber, then the next', () => {
    expect(delivered('DispatchToSingle', ['', '', ''], [2, 2]).since()).toEqual(['e0 to a', 'e1 to a', 'e2 to b']);
  });

  it('Pinned keeps a stream at one subscriber even if others have free slots', () => {
    const group = delivered('Pinned', ['x', 'y', 'x', 'y', 'x'], [2, 5]);
    expect(group.since()).toEqual(['e0 to a', 'e1 to b', 'e2 to a', 'e3 to b']);
    expect(group.ack('a', 'e0').since()).toEqual(['e4 to a']);
  });

  it('Pinned reassigns the streams of a subscriber that leaves, and to a new one only streams without in-flight messages', () => {
    const group = delivered('Pinned', ['x'], [2]).join('b').read(['x']);
    expect(group.since()).toEqual(['e0 to a', 'e1 to a']);
    expect(group.leave('a').since()).toEqual(['e0* to b', 'e1* to b']);
    group.ack('b', 'e0', 'e1').join('c').leave('b').since();
    expect(group.read(['x']).since()).toEqual(['e2 to c']);
  });
});
