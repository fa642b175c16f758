import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { encodeRecord, recordValue, StoredEvent } from './record.js';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 300 });

describe('a record', () => {
  it('gives back every field that was put into it', () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.uuid(),
        bytes,
        bytes,
        fc.bigInt({ min: 0n, max: MAX_INT64 }),
        fc.nat(),
        fc.boolean(),
        (stream, type, id, data, metadata, revision, recordedAt, isJson) => {
          const record = encodeRecord({ id, type, isJson, data, metadata }, { stream, revision, recordedAt });
          const event = new StoredEvent(7n, recordValue.decode(record));
          expect(event).toMatchObject({ position: 7n, stream, type, id, revision, recordedAt, isJson });
          expect([...event.dataBytes]).toEqual([...data]);
          expect([...event.metadataBytes]).toEqual([...metadata]);
        },
      ),
    );
  });

  it('parses JSON, leaves other bytes as they are, and takes no bytes for a value never given', () => {
    const place = { stream: 's', revision: 0n, recordedAt: 0 };
    const data = Buffer.from('{"a":1}');
    const base = { id: randomUUID(), type: 't', data, metadata: Buffer.alloc(0) };
    const json = new StoredEvent(0n, encodeRecord({ ...base, isJson: true }, place));
    expect([json.data, json.metadata]).toEqual([{ a: 1 }, undefined]);
    expect(json.data).toBe(json.data);
    const binary = new StoredEvent(0n, encodeRecord({ ...base, isJson: false }, place));
    expect(binary.data).toEqual(data);
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({ stream: 's', revision: '0', data: { a: 1 } });
  });

  it('of a layout that this program does not know is refused', () => {
    const record = encodeRecord(
      { id: randomUUID(), type: 't', isJson: true, data: Buffer.alloc(0), metadata: Buffer.alloc(0) },
      { stream: 's', revision: 0n, recordedAt: 0 },
    );
    record[0] = 0x21;
    expect(() => new StoredEvent(3n, record)).toThrow(/position 3 has layout version 2, this program reads 1/);
  });
});
