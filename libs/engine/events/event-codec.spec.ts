import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { count, object, text } from '#libs/engine/kernel/shape.js';
import { MalformedEventError, NewerEventError } from './event.errors.js';
import { createEventCodec } from './event-codec.js';
import { type EventDefinition, publicEvent } from './event-definition.js';
import { ownStreams } from './own-streams.js';

const streams = ownStreams([{ prefix: 'item-', id: '\\d+' }]);

/** Three versions of one event: a price as a text, then in cents, then with its currency. */
const first = publicEvent('item.priced', object({ price: text }));
const second = first.nextVersion(object({ cents: count }), ({ price }) => ({ cents: Math.round(Number(price) * 100) }));
const third = second.nextVersion(object({ cents: count, currency: text }), (data) => ({ ...data, currency: 'EUR' }));

const codecOf = (ItemPriced: EventDefinition) => createEventCodec({ definitions: { ItemPriced }, streams });

const metadata = {
  resourceOwner: '1',
  editor: { user: '2' },
  occurredAt: '2024-04-10T04:31:16.326Z',
  $correlationId: 'request-1',
  $causationId: 'request-1',
};

/** An event as a store answers it, in the version that is named. */
function recorded(schemaVersion: number, data: unknown): RecordedEvent {
  const place = { id: 'an-id', stream: 'item-1', revision: 0n, position: 7n, recordedAt: 0 };
  return { ...place, type: 'ItemPriced', data, metadata: { schemaVersion, ...metadata } };
}

describe('an event type with three versions', () => {
  it('counts its versions, and keeps its public name', () => {
    expect([first.version, second.version, third.version]).toEqual([1, 2, 3]);
    expect(third.publicName).toBe('item.priced');
  });

  it('does not compile with an upcaster that gives another shape', () => {
    // @ts-expect-error cents are missing
    const wrong = first.nextVersion(object({ cents: count }), ({ price }) => ({ price }));
    expect(wrong.version).toBe(2);
  });

  it.each([
    [1, { price: '12.50' }],
    [2, { cents: 1250 }],
    [3, { cents: 1250, currency: 'EUR' }],
  ])('is read in version %d as in the current one, with the version that was stored', (version, data) => {
    const decoded = codecOf(third).decode(recorded(version, data));
    expect(decoded).toMatchObject({ type: 'ItemPriced', data: { cents: 1250, currency: 'EUR' } });
    expect(decoded?.meta.schemaVersion).toBe(version);
    expect([decoded?.stream, decoded?.revision, decoded?.position]).toEqual(['item-1', 0n, 7n]);
  });

  it('is written in the current version', () => {
    const [written] = codecOf(third).encode(
      [{ type: 'ItemPriced', data: { cents: 1, currency: 'CHF' } }],
      metadata,
      () => 'an-id',
    );
    expect(written).toMatchObject({ data: { cents: 1, currency: 'CHF' }, metadata: { schemaVersion: 3 } });
  });

  it.each([
    [1, { cents: 1250 }, 'data.price must be a string'],
    [1, { price: '1', more: 1 }, 'data.more is not a known field'],
    [2, { price: '12.50' }, 'data.cents must be a whole number'],
    [2, { cents: 1, currency: 'EUR' }, 'data.currency is not a known field'],
    [3, { cents: 1 }, 'data.currency must be a string'],
  ])('is malformed when it does not have the shape of version %d: %j', (version, data, fault) => {
    const decode = () => codecOf(third).decode(recorded(version, data));
    expect(decode).toThrow(MalformedEventError);
    expect(decode).toThrow(fault);
  });

  it('is malformed when an upcaster gives what its version does not allow, and says which', () => {
    const decode = () => codecOf(third).decode(recorded(1, { price: 'free' }));
    expect(decode).toThrow(MalformedEventError);
    expect(decode).toThrow('data upcast to version 2.cents must be a whole number');
  });

  it.each<readonly [EventDefinition, number, object]>([
    [first, 2, { cents: 1250 }],
    [first, 3, { cents: 1250, currency: 'EUR' }],
    [second, 3, { cents: 1250, currency: 'EUR' }],
    [second, 3, { cents: 1250 }],
  ])('is refused by a reader of an older version, whatever its data', (reader, version, data) => {
    const decode = () => codecOf(reader).decode(recorded(version, data));
    expect(decode).toThrow(NewerEventError);
    expect(decode).toThrow(`has schema version ${version}, and ${reader.version} is the newest that is known here`);
  });
});
