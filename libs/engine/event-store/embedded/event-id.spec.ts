import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { encodeId, isId } from './event-id.js';

describe('an event id', () => {
  it('must be a canonical UUID in lower case', () => {
    const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
    const nearly = fc.tuple(fc.uuid(), fc.nat(36), fc.constantFrom('', '-', 'A', 'g', '0', ':', '/', '`', 'ä'));
    fc.assert(
      fc.property(nearly, ([id, at, character]) => {
        const text = id.slice(0, at) + character + id.slice(at + 1);
        expect(isId(text)).toBe(canonical.test(text));
      }),
    );
  });

  it('is encoded as the bytes of its hexadecimal digits', () => {
    const id = randomUUID();
    expect(encodeId(id).toString('hex')).toBe(id.replaceAll('-', ''));
  });
});
