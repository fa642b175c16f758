import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import { recordOf, storedEvent } from '../../../../test/support/stored-event.js';
import { agreedLength, isIntact, positionIn } from './record.js';
import { FLAGS } from './record-layout.js';
import { StoredEvent } from './stored-event.js';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 300 });

describe('a record', () => {
  it('is decoded to every field that was encoded', () => {
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
          const record = recordOf({ id, type, isJson, data, metadata }, { stream, revision, recordedAt, position: 7n });
          const length = agreedLength(record, 0);
          expect([length, positionIn(record, 0), isIntact(record, 0, length, 0)]).toEqual([record.length, 7, true]);
          const event = new StoredEvent(7n, record);
          expect(event).toMatchObject({ position: 7n, stream, type, id, revision, recordedAt, isJson });
          expect([...event.dataBytes]).toEqual([...data]);
          expect([...event.metadataBytes]).toEqual([...metadata]);
        },
      ),
    );
  });

  it('is the same event among other bytes', () => {
    const event = {
      id: randomUUID(),
      type: 'Type',
      isJson: true,
      data: Buffer.from('{"a":1}'),
      metadata: Buffer.from('[2]'),
    };
    const alone = storedEvent(event, { stream: 'stream-1', revision: 5n, recordedAt: 6 });
    const record = recordOf(event, { stream: 'stream-1', revision: 5n, recordedAt: 6 });
    const [before, after] = [Buffer.alloc(70, 1), Buffer.alloc(9, 0xff)];
    const among = new StoredEvent(0n, Buffer.concat([before, record, after]), 70, 70 + record.length);
    expect(among.toJSON()).toEqual(alone.toJSON());
    expect([among.size, among.isJson, among.isFindable]).toEqual([record.length, true, false]);
    for (const field of ['idBytes', 'streamBytes', 'typeBytes', 'dataBytes', 'metadataBytes'] as const) {
      expect(among[field].equals(alone[field])).toBe(true);
    }
    expect(among.isOfStreamsWith([Buffer.from('stream-')]) && among.isOfTypesWith([Buffer.from('Ty')])).toBe(true);
    expect(partsOf(among)).toEqual([alone.idBytes.toString('latin1'), 'stream-1', 'Type', '{"a":1}', '[2]']);
  });

  it('parses JSON, does not change other bytes, and decodes no bytes as undefined', () => {
    const place = { stream: 's' };
    const data = Buffer.from('{"a":1}');
    const base = { id: randomUUID(), type: 't', data, metadata: Buffer.alloc(0) };
    const json = storedEvent({ ...base, isJson: true }, place);
    expect([json.data, json.metadata]).toEqual([{ a: 1 }, undefined]);
    expect(json.data).toBe(json.data);
    const binary = storedEvent({ ...base, isJson: false }, place);
    expect(binary.data).toEqual(data);
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({ stream: 's', revision: '0', data: { a: 1 } });
  });

  it('of an unknown layout version is refused', () => {
    const record = recordOf(
      { id: randomUUID(), type: 't', isJson: true, data: Buffer.alloc(0), metadata: Buffer.alloc(0) },
      { stream: 's' },
    );
    record[FLAGS] = 0x31;
    expect(() => new StoredEvent(3n, record)).toThrow(/position 3 has layout version 3, this program reads 2/);
  });
});

/** The parts of an event in the bytes that were written. */
function partsOf({ written }: StoredEvent): readonly string[] {
  if (written === undefined) return [];
  const { bytes, idStart, streamStart, typeStart, dataStart, metadataStart, metadataEnd } = written;
  const bounds = [streamStart, typeStart, dataStart, metadataStart, metadataEnd];
  const parts = bounds.slice(1).map((end, index) => bytes.toString('latin1', bounds[index], end));
  return [bytes.toString('latin1', idStart, idStart + 16), ...parts];
}
