import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { countUpTo, type Point } from './point.js';

/** Events at these seconds, ten positions apart. @param causes which command each is of; default: each of its own */
function eventsAt(seconds: readonly number[], causes = seconds.map((_, place) => place)): readonly DecodedEvent[] {
  return seconds.map((second, place) => ({
    type: 'Changed',
    id: `${place}`,
    stream: 'thing-1',
    revision: BigInt(place),
    position: BigInt(100 + 10 * place),
    data: {},
    meta: {
      schemaVersion: 1,
      resourceOwner: '1',
      editor: { user: '2' },
      occurredAt: new Date(second * 1_000).toISOString(),
      $correlationId: 'c',
      $causationId: `${causes[place]}`,
    },
  }));
}

describe('the events of a stream up to a point', () => {
  it.each<[string, Point, readonly number[], number]>([
    ['a position between two', { position: 115n }, [1, 2, 3], 2],
    ['the position of one', { position: 110n }, [1, 2, 3], 2],
    ['a position before the first', { position: 99n }, [1, 2, 3], 0],
    ['a sequence', { sequence: 2n }, [1, 2, 3], 2],
    ['a sequence that is ahead', { sequence: 9n }, [1, 2, 3], 3],
    ['the time of one', { time: 2_000 }, [1, 2, 3], 2],
    ['a time between two', { time: 2_999 }, [1, 2, 3], 2],
    ['a time before the first', { time: 999 }, [1, 2, 3], 0],
    ['a time of two', { time: 2_000 }, [1, 2, 2, 3], 3],
    ['a time, where a clock was behind: those before it come along', { time: 2_000 }, [1, 5, 2, 6], 3],
    ['a time before the first, where a clock was behind', { time: 2_000 }, [5, 2, 6], 0],
    ['a time, where a clock was ahead once', { time: 3_000 }, [1, 99, 3], 3],
    ['anything, without events', { time: 1 }, [], 0],
  ])('%s', (_, point, seconds, count) => {
    expect(countUpTo(eventsAt(seconds), point)).toBe(count);
  });

  it.each<[string, Point, number]>([
    ['the position of the first of an append', { position: 110n }, 4],
    ['a position inside of an append', { position: 125n }, 4],
    ['the position of its last', { position: 130n }, 4],
    ['the position before it', { position: 100n }, 1],
    ['a position before the first of all', { position: 99n }, 0],
    ['a sequence inside of an append', { sequence: 2n }, 4],
    ['the time of an append', { time: 2_000 }, 4],
  ])('%s has all of the append, or nothing of it', (_, point, count) => {
    expect(countUpTo(eventsAt([1, 2, 2, 2, 3], [1, 2, 2, 2, 3]), point)).toBe(count);
  });

  it('two changes of one command at two times are two appends', () => {
    expect(countUpTo(eventsAt([1, 2], [1, 1]), { position: 100n })).toBe(1);
  });
});
