import fc from 'fast-check';
import { ProtobufReader } from './protobuf-reader.js';
import { ProtobufWriter } from './protobuf-writer.js';

describe('messages of Protocol Buffers', () => {
  it('are read as they were written', () => {
    const number = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(300).map(BigInt));
    const property = fc.property(
      fc.array(number),
      fc.uint8Array({ maxLength: 90_000 }),
      fc.string(),
      (numbers, data, text) => {
        const writer = new ProtobufWriter();
        writer.text(3, text);
        const before = writer.length;
        writer.bytes(1, data);
        for (const value of numbers.toReversed()) writer.varint(900, value);
        writer.nest(2, before);
        writer.empty(1);
        const reader = new ProtobufReader(writer.finish());
        expect([reader.next(), reader.field, reader.bytes().length]).toEqual([true, 1, 0]);
        expect([reader.next(), reader.field]).toEqual([true, 2]);
        const nested = new ProtobufReader(reader.bytes());
        for (const value of numbers)
          expect([nested.next(), nested.field, nested.unsigned()]).toEqual([true, 900, value]);
        expect([nested.next(), Buffer.compare(nested.bytes(), data), nested.next()]).toEqual([true, 0, false]);
        expect([reader.next(), reader.field, reader.text(), reader.next()]).toEqual([true, 3, text, false]);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it('can be read without looking at every field', () => {
    // Fields 1 to 4: a varint, 64 bits, text, 32 bits; then 5: 7.
    const message = Buffer.from('0896011101020304050607081a0161250102030428' + '07', 'hex');
    const reader = new ProtobufReader(message);
    const fields: number[] = [];
    while (reader.next()) fields.push(reader.field);
    expect(fields).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(['08', '0aff', '0a05aa', '0b', '08ffffffffffffffffffffff01'])('are refused when damaged: %s', (hex) => {
    const read = () => {
      const reader = new ProtobufReader(Buffer.from(hex, 'hex'));
      while (reader.next());
    };
    expect(read).toThrow(RangeError);
  });
});
