import { newClientSecret, verifyClientSecret } from './client-secret.js';

describe('client secret', () => {
  it('has 256 bits, and is different each time', () => {
    const secrets = Array.from({ length: 1_000 }, () => newClientSecret('5001'));
    expect(new Set(secrets.map(({ secret }) => secret)).size).toBe(1_000);
    for (const { secret } of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  });

  it('is stored as a PHC string that does not contain it', () => {
    const { secret, stored } = newClientSecret('5001');
    const { secretHash: hash } = stored;
    expect(hash).toMatch(/^\$sha256\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(hash).not.toContain(secret);
  });

  it('is known by its id and its last 4 characters', () => {
    const { secret, stored } = newClientSecret('5001');
    expect(stored).toMatchObject({ secretId: '5001', secretHint: secret.slice(-4) });
  });

  it('is verified against its own hash only', () => {
    const one = newClientSecret('5001');
    const other = newClientSecret('5001');
    expect(verifyClientSecret(one.secret, one.stored.secretHash)).toBe(true);
    expect(verifyClientSecret(other.secret, one.stored.secretHash)).toBe(false);
    expect(verifyClientSecret('', one.stored.secretHash)).toBe(false);
    expect(verifyClientSecret(`${one.secret}x`, one.stored.secretHash)).toBe(false);
  });

  it('is hashed with a salt, so the same secret has a different hash each time', () => {
    const hashes = new Set(Array.from({ length: 100 }, () => newClientSecret('5001').stored.secretHash.split('$')[2]));
    expect(hashes.size).toBe(100);
  });

  it.each(['', 'plain', '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA', '$sha256$short$hash'])(
    'refuses %j, which is no hash of its own',
    (hash) => {
      expect(() => verifyClientSecret('secret', hash)).toThrow('not of a known form');
    },
  );
});
