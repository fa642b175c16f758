import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { storedEvent } from '../../../test/support/stored-event.js';
import { encodeReadEvent, linkData, linkTarget, type UuidFormat } from './resolved-event.js';

const { ReadEvent } = streams.ReadResp;
const number = fc.bigInt({ min: 0n, max: MAX_INT64 });
const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

const stored = fc
  .record({ position: number, revision: number, stream: text, type: text, id: fc.uuid(), data: bytes, metadata: bytes })
  .chain((fields) =>
    fc.record({ fields: fc.constant(fields), isJson: fc.boolean(), recordedAt: fc.integer({ min: 1 }) }),
  )
  .map(({ fields: { position, revision, stream, ...event }, isJson, recordedAt }) => {
    return storedEvent({ ...event, isJson }, { stream, revision, position, recordedAt });
  });

function decoded(event: StoredEvent, uuids: UuidFormat, link?: StoredEvent) {
  return ReadEvent.deserializeBinary(encodeReadEvent(link === undefined ? { event } : { event, link }, uuids));
}

describe('an event as a ReadEvent message', () => {
  it('is decoded by the generated parser with every field', () => {
    fc.assert(
      fc.property(stored, (event) => {
        const message = decoded(event, 'string');
        expect([message.hasCommitPosition(), message.getCommitPosition()]).toEqual([true, `${event.position}`]);
        const recorded = message.getEvent();
        expect(recorded?.getId()?.getString()).toBe(event.id);
        expect(Buffer.from(recorded?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(event.stream);
        expect(recorded?.getStreamRevision()).toBe(`${event.revision}`);
        expect(recorded?.getCommitPosition()).toBe(`${event.position}`);
        expect(recorded?.getPreparePosition()).toBe(`${event.position}`);
        expect(Buffer.compare(recorded?.getData_asU8() ?? Buffer.alloc(0), event.dataBytes)).toBe(0);
        expect(Buffer.compare(recorded?.getCustomMetadata_asU8() ?? Buffer.alloc(0), event.metadataBytes)).toBe(0);
        expect(recorded?.getMetadataMap().toArray()).toEqual([
          ['content-type', event.isJson ? 'application/json' : 'application/octet-stream'],
          ['created', `${BigInt(event.recordedAt) * 10_000n}`],
          ['type', event.type],
        ]);
      }),
    );
  });

  it('holds a structured UUID on request', () => {
    fc.assert(
      fc.property(stored, (event) => {
        const id = decoded(event, 'structured').getEvent()?.getId()?.getStructured();
        expect(id?.getMostSignificantBits()).toBe(`${event.idBytes.readBigInt64BE(0)}`);
        expect(id?.getLeastSignificantBits()).toBe(`${event.idBytes.readBigInt64BE(8)}`);
      }),
    );
  });

  it("that a link resolves to has its own position, and the link's commit position", () => {
    fc.assert(
      fc.property(stored, stored, (event, link) => {
        const message = decoded(event, 'string', link);
        expect(message.getCommitPosition()).toBe(`${link.position}`);
        expect(message.getEvent()?.getCommitPosition()).toBe(`${event.position}`);
        expect(message.getEvent()?.getPreparePosition()).toBe(`${event.position}`);
        expect(message.getLink()?.getCommitPosition()).toBe(`${link.position}`);
        expect(message.getEvent()?.getStreamRevision()).toBe(`${event.revision}`);
        expect(message.getLink()?.getId()?.getString()).toBe(link.id);
      }),
    );
  });
});

describe('the data of a link', () => {
  it('is parsed back', () => {
    fc.assert(
      fc.property(number, text, (revision, stream) => {
        expect(linkTarget(linkData({ stream, revision }))).toEqual({ stream, revision });
      }),
    );
  });

  it.each(['', '@s', '1@', 'x@s', '-1@s'])('is not valid if it is %j', (none) => {
    expect(linkTarget(none)).toBeUndefined();
  });
});
