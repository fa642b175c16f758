import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signatureOf } from './signature.js';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

describe('the signature of a delivery', () => {
  const timestamp = Math.floor(Date.now() / 1_000);
  const headersOf = (id: string, signature: string) => ({
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  });

  it('is verified by the library of Standard Webhooks, whatever the body', () => {
    const secret = newSecret();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const body = JSON.stringify({ text });
        const headers = headersOf('an-id', signatureOf({ id: 'an-id', timestamp, body }, [secret]));
        expect(new Webhook(secret).verify(body, headers)).toEqual({ text });
        expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
        expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow();
      }),
      { numRuns: 30 },
    );
  });

  it('is verified with the old secret and with the new one while both are active', () => {
    const secrets = [newSecret(), newSecret()];
    const headers = headersOf('an-id', signatureOf({ id: 'an-id', timestamp, body: '{}' }, secrets));
    for (const secret of secrets) expect(new Webhook(secret).verify('{}', headers)).toEqual({});
  });
});
