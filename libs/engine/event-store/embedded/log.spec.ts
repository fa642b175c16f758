import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { RevisionConflictError, StreamDeletedError } from '../port/event-store.errors.js';
import { TOMBSTONE_REVISION } from '../port/event-store.js';
import { MAX_STREAM_NAME_BYTES } from './limits.js';
import { EmbeddedLog } from './log.js';
import type { EventBytes } from './record.js';
import type { StoredEvent } from './stored-event.js';

const NO_ID = '00000000-0000-0000-0000-000000000000';
const opened: EmbeddedLog[] = [];
afterAll(() => Promise.all(opened.map((log) => log.close())));

async function openLog(): Promise<EmbeddedLog> {
  const log = await EmbeddedLog.open({ folder: join(tempFolder(), 'events'), readOnly: false });
  opened.push(log);
  return log;
}

function event(data: Uint8Array = Buffer.from([0, 255, 1]), type = 'Binary'): EventBytes {
  return { id: randomUUID(), type, isJson: false, data, metadata: Buffer.from([9]) };
}

const forwards = { direction: 'forwards', from: 0n, maxEvents: 100 } as const;

describe('the embedded log', () => {
  it('keeps bytes as bytes, and counts positions from 0', async () => {
    const log = await openLog();
    expect(log.head).toBe(-1n);
    expect(await log.append('s', [event(), event()], 'noStream')).toEqual({ revision: 1n, position: 1n });
    const [first] = await log.readStreamPage('s', forwards);
    expect([...(first?.dataBytes ?? [])]).toEqual([0, 255, 1]);
    expect(first?.isJson).toBe(false);
    expect(log.head).toBe(1n);
  });

  it('answers an empty append with the current revision of the stream and the newest position', async () => {
    const log = await openLog();
    expect(await log.append('s', [], 'any')).toEqual({ revision: -1n, position: -1n });
    await log.append('s', [event(), event()], 'any');
    await log.append('t', [event()], 'any');
    expect(await log.append('s', [], 'any')).toEqual({ revision: 1n, position: 2n });
  });

  it('calls its listeners with each group in order, before the append is answered', async () => {
    const log = await openLog();
    const heard: StoredEvent[] = [];
    const stop = log.onCommitted((events) => heard.push(...events));
    await Promise.all(Array.from({ length: 20 }, (_, n) => log.append(`s-${n}`, [event()], 'noStream')));
    expect(heard.map(({ position }) => Number(position))).toEqual(Array.from({ length: 20 }, (_, n) => n));
    stop();
    await log.append('after', [event()], 'any');
    expect(heard).toHaveLength(20);
  });

  it.each([
    ['before 1970', -1, /says 1969-12-31T23:59:59.999Z: set it to the right time/],
    ['beyond what a record holds', 2 ** 48, /says \+010889-08-02/],
  ])('refuses appends when the clock is %s, and writes again when it is right', async (_, now, reason) => {
    const log = await openLog();
    const { now: machineNow } = Date;
    Date.now = () => now;
    try {
      await expect(log.append('s', [event()], 'any')).rejects.toThrow(reason);
    } finally {
      Date.now = machineNow;
    }
    expect(await log.append('s', [event()], 'any')).toEqual({ revision: 0n, position: 0n });
  });

  it('writes a tombstone as the last event of $all', async () => {
    const log = await openLog();
    await log.append('s', [event()], 'noStream');
    const marker = event(Buffer.from('{}'), '$streamDeleted');
    await expect(log.tombstone('s', marker, 5n)).rejects.toThrow(RevisionConflictError);
    expect(await log.tombstone('s', marker, 0n)).toEqual({ revision: TOMBSTONE_REVISION, position: 1n });
    expect(await log.streamHead('s')).toMatchObject({ tombstoned: true, revision: 0n });
    await expect(log.readStreamPage('s', forwards)).rejects.toThrow(StreamDeletedError);
    await expect(log.tombstone('s', marker, 'any')).rejects.toThrow(StreamDeletedError);
    const events = await log.readAllPage(forwards);
    expect(events.at(-1)).toMatchObject({ type: '$streamDeleted', revision: TOMBSTONE_REVISION });
  });

  it('writes a tombstone for a stream that does not exist, which then cannot be created', async () => {
    const log = await openLog();
    await log.tombstone('s', event(), 'noStream');
    await expect(log.append('s', [event()], 'any')).rejects.toThrow(StreamDeletedError);
  });

  it.each([
    ['an empty name', '', event(), 'any', /stream name must have 1 to 32768 bytes .*\(got ""\)/],
    ['a name of a megabyte', 'x'.repeat(1_048_576), event(), 'any', /of 1048576 characters/],
    ['a lone surrogate in the name', 'a\ud800', event(), 'any', /well-formed/],
    ['an id that is not a UUID', 's', { ...event(), id: 'ABC' }, 'any', /lower-case UUID, not all zeros \(got "ABC"\)/],
    ['an id that was never set', 's', { ...event(), id: NO_ID }, 'any', /not all zeros/],
    ['no type', 's', event(undefined, ''), 'any', /event type/],
    ['a negative revision', 's', event(), -1n, /expected revision must be 0 or more \(got -1\)/],
  ] as const)('refuses %s, and states what is valid', async (_, stream, one, expected, text) => {
    const log = await openLog();
    const refusal = log.append(stream, [one], expected);
    await expect(refusal).rejects.toThrow(RangeError);
    await expect(refusal).rejects.toThrow(text);
    expect(log.head).toBe(-1n);
  });

  it('accepts the longest name, and distinguishes it from one that differs at its end', async () => {
    const log = await openLog();
    const name = 'n'.repeat(MAX_STREAM_NAME_BYTES);
    await log.append(name, [event()], 'noStream');
    const other = `${name.slice(1)}m`;
    await log.append(other, [event()], 'noStream');
    expect((await log.readStreamPage(other, forwards)).map(({ stream }) => stream)).toEqual([other]);
  });

  it('reads and writes on while its file grows and its mapping is renewed', async () => {
    const log = await openLog();
    const large = Buffer.alloc(500_000, 7);
    for (let round = 0; round < 40; round += 1) {
      const appends = [1, 2, 3, 4].map((n) => log.append(`large-${n}`, [event(large)], 'any'));
      const page = await log.readAllPage({ direction: 'backwards', from: log.head, maxEvents: 10 });
      for (const { dataBytes } of page) expect(dataBytes.equals(large)).toBe(true);
      await Promise.all(appends);
    }
    expect(log.head).toBe(159n);
    expect((await log.streamHead('large-4'))?.revision).toBe(39n);
  });

  it('refuses appends beyond the memory limit', async () => {
    const log = await openLog();
    const large = Buffer.alloc(1_000_000);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 80 }, (_, n) => log.append(`s-${n}`, [event(large)], 'any')),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(log.head + 1n).toBe(BigInt(80 - refused.length));
  });
});

describe('a stream that is deleted and recreated', () => {
  it('is deleted and recreated in the order of the requests, also of concurrent ones', async () => {
    const log = await openLog();
    const outcomes = await Promise.all([
      log.append('s', [event(), event()], 'noStream'),
      log.delete('s', 1n),
      log.append('s', [event()], 'noStream'),
      log.append('s', [event()], 2n),
      log.delete('s', 'any'),
      log.append('s', [event()], 'any'),
    ]);
    expect(outcomes.map(({ revision }) => revision)).toEqual([1n, 0n, 2n, 3n, 2n, 4n]);
    expect((await log.readStreamPage('s', forwards)).map(({ revision }) => revision)).toEqual([4n]);
    expect(await log.visibleStream('s')).toMatchObject({ first: 4n, last: 4n });
  });

  it('is not readable in between, but its metadata is', async () => {
    const log = await openLog();
    await log.append('s', [event()], 'any');
    await log.delete('s', 'any');
    expect(await log.readStreamPage('s', forwards)).toEqual([]);
    expect([await log.visibleStream('s'), await log.visibleEvent('s', 0n)]).toEqual([undefined, undefined]);
    const metadata = await log.readStreamPage('$$s', forwards);
    expect(metadata.map(({ type, data }) => [type, data])).toEqual([['$metadata', { $tb: 2 ** 63 }]]);
    await expect(log.delete('none', 'any')).rejects.toThrow(RevisionConflictError);
  });

  it('is still deleted after a restart', async () => {
    const log = await openLog();
    await log.append('s', [event(), event()], 'any');
    await log.delete('s', 'any');
    await log.close();
    const again = await EmbeddedLog.open(log.location);
    opened.push(again);
    expect(await again.visibleStream('s')).toBeUndefined();
    expect((await again.append('s', [event()], 'noStream')).revision).toBe(2n);
    expect((await again.readStreamPage('s', forwards)).map(({ revision }) => revision)).toEqual([2n]);
  });
});
