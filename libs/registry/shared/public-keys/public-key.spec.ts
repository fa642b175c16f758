import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { pemOf, publicKeyOfJwk, publicKeyOfPem } from './public-key.js';

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, unknown>;

const p256 = ec('prime256v1');
const rsa2048 = rsa(2_048);

describe('a public key', () => {
  it.each([
    ['RSA with 2048 bits', rsa2048],
    ['EC on P-256', p256],
    ['EC on P-384', ec('secp384r1')],
    ['EC on P-521', ec('secp521r1')],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('of the kind %s is read as PEM and as JWK', (_, { publicKey }) => {
    const pem = pemOf(publicKey);
    expect(pemOf(publicKeyOfPem(`\n${pem}\n`))).toBe(pem);
    expect(pemOf(publicKeyOfPem(pem.replaceAll('\n', '\r\n')))).toBe(pem);
    expect(pemOf(publicKeyOfJwk({ ...jwkOf(publicKey), kid: 'mine', use: 'sig', key_ops: ['verify'] }))).toBe(pem);
  });

  it.each([
    ['RSA with 1024 bits', rsa(1_024)],
    ['EC on secp256k1', ec('secp256k1')],
    ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2_048 })],
    ['X25519', generateKeyPairSync('x25519')],
    ['Ed448', generateKeyPairSync('ed448')],
  ])('of the kind %s is refused, naming the accepted kinds', (_, { publicKey }) => {
    expect(() => publicKeyOfPem(pemOf(publicKey))).toThrow(/another kind of key: send RSA with 2048 to 8192 bits/);
  });

  it('with an exponent of 1 is refused', () => {
    const jwk = { ...jwkOf(rsa2048.publicKey), e: 'AQ' };
    expect(() => publicKeyOfJwk(jwk)).toThrow(/send RSA with 2048/);
  });
});

describe('a private key', () => {
  const { privateKey } = p256;

  it.each(['pkcs8', 'sec1'] as const)('is refused as PEM in %s, and the error does not contain it', (type) => {
    const pem = privateKey.export({ type, format: 'pem' }).toString();
    expect(() => publicKeyOfPem(pem)).toThrow(/contains a private key, which must not leave its owner/);
    expect(() => publicKeyOfPem(pemOf(createPublicKey(privateKey)) + pem)).toThrow(/contains a private key/);
  });

  it('is refused as JWK, a shared key too, and the error does not contain it', () => {
    const jwk = jwkOf(privateKey);
    for (const form of [jwk, jwkOf(rsa2048.privateKey), { kty: 'oct', k: 'c2VjcmV0' }]) {
      expect(() => publicKeyOfJwk(form)).toThrow(/contains a private key/);
    }
    const error = (() => {
      try {
        return publicKeyOfJwk(jwk);
      } catch (thrown) {
        return thrown as Error;
      }
    })() as Error;
    expect(error.message + error.stack).not.toContain(jwk.d as string);
  });
});

describe('what is no public key', () => {
  const pem = pemOf(p256.publicKey);

  it.each([
    '',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    '-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----',
    '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    pem + pem,
    `x${pem}`,
  ])('is refused as PEM: %j', (text) => {
    expect(() => publicKeyOfPem(text)).toThrow(/^pem (must be one block|cannot be read)/);
  });

  it.each([
    [{}, 'cannot be read'],
    [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, 'cannot be read'],
    [{ kty: 'RSA', n: 7, e: [] }, 'cannot be read'],
    [{ kty: 'none' }, 'cannot be read'],
    [{ ...jwkOf(p256.publicKey), use: 'enc' }, 'use of the jwk must be sig'],
    [{ ...jwkOf(p256.publicKey), key_ops: ['encrypt'] }, 'key_ops of the jwk must contain verify'],
    [{ ...jwkOf(p256.publicKey), key_ops: 'verify' }, 'key_ops of the jwk must contain verify'],
  ])('is refused as JWK: %j', (jwk, text) => {
    expect(() => publicKeyOfJwk(jwk)).toThrow(text);
  });
});
