import fc from 'fast-check';
import { fromBase64 } from './base64.js';

it('reads what was written', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromBase64(Buffer.from(bytes).toString('base64'))).toEqual(Buffer.from(bytes));
    }),
  );
});

it.each(['QQ', 'QQ=', 'QR==', 'QQ==\n', 'Q Q==', 'QQ==QQ==', '-_-_', '*'])('refuses %j', (text) => {
  expect(fromBase64(text)).toBeUndefined();
});
