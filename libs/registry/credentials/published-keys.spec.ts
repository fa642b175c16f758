import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pemOf } from '#libs/registry/shared/public-keys/public-key.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { KeysUnreachableError, PublishedKeys } from './published-keys.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const jwk = (key: KeyObject, kid: unknown) => ({ ...key.export({ format: 'jwk' }), kid });
const keysOf = (...keys: readonly unknown[]) => JSON.stringify({ keys });

const MINUTE = 60_000;

let server: Server;
let uri: string;
let requests: number;
let answer: (response: ServerResponse) => void;
let now: number;
let warnings: readonly object[];
const log = {
  ...silentLog,
  warn: (fields: object) => {
    warnings = [...warnings, fields];
  },
};
const keys = (allowed = true) => new PublishedKeys({ jwksPrivateAddresses: allowed }, () => now, log);
const answers = (text: string, status = 200) => {
  answer = (response) => response.writeHead(status).end(text);
};

beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1;
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
});
beforeEach(() => {
  [requests, now, warnings] = [0, 1_000_000, []];
  answers(keysOf(jwk(publicKey, 'mine')));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('published keys', () => {
  it('are fetched once for many assertions at the same time, and kept for a minute', async () => {
    const published = keys();
    const found = await Promise.all(Array.from({ length: 20 }, () => published.keyOf(uri, 'mine')));
    expect(new Set(found)).toEqual(new Set([pemOf(publicKey)]));
    now += MINUTE - 1;
    expect(await published.keyOf(uri, 'mine')).toBe(pemOf(publicKey));
    expect(requests).toBe(1);
  });

  it('are fetched again after a minute: a key that is no longer published is not accepted', async () => {
    const published = keys();
    await published.keyOf(uri, 'mine');
    answers(keysOf());
    now += MINUTE;
    expect(await published.keyOf(uri, 'mine')).toBeUndefined();
  });

  it('are fetched again for an unknown key id, but not within seconds', async () => {
    const published = keys();
    await published.keyOf(uri, 'mine');
    answers(keysOf(jwk(publicKey, 'mine'), jwk(publicKey, 'next')));
    for (let times = 0; times < 50; times += 1) expect(await published.keyOf(uri, `invented ${times}`)).toBeUndefined();
    expect(requests).toBe(1);
    now += 5_000;
    expect(await published.keyOf(uri, 'next')).toBe(pemOf(publicKey));
    expect(requests).toBe(2);
  });

  it('are accepted for an hour while they cannot be fetched; unknown ones are neither accepted nor refused', async () => {
    const published = keys();
    await published.keyOf(uri, 'mine');
    answers('gone', 500);
    now += 59 * MINUTE;
    expect(await published.keyOf(uri, 'mine')).toBe(pemOf(publicKey));
    await expect(published.keyOf(uri, 'other')).rejects.toThrow(KeysUnreachableError);
    now += MINUTE;
    await expect(published.keyOf(uri, 'mine')).rejects.toThrow(KeysUnreachableError);
    expect(warnings).toEqual([{ uri, reason: 'the answer has the status 500' }]);
    answers(keysOf(jwk(publicKey, 'mine')));
    now += MINUTE;
    expect(await published.keyOf(uri, 'mine')).toBe(pemOf(publicKey));
  });

  it('are not waited for when a server switches to another protocol instead of an answer', async () => {
    answer = ({ socket }) =>
      socket?.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    await expect(keys().keyOf(uri, 'mine')).rejects.toThrow(KeysUnreachableError);
    expect(warnings).toEqual([{ uri, reason: 'the connection was closed without an answer' }]);
  });

  it('are left out when they cannot be used: private ones, those without an id, other kinds', async () => {
    answers(
      keysOf(
        jwk(privateKey, 'private'),
        { kty: 'oct', kid: 'shared', k: 'AA' },
        jwk(publicKey, 7),
        null,
        7,
        jwk(publicKey, 'mine'),
      ),
    );
    const published = keys();
    for (const kid of ['private', 'shared', '7']) expect(await published.keyOf(uri, kid)).toBeUndefined();
    expect(await published.keyOf(uri, 'mine')).toBe(pemOf(publicKey));
  });

  it.each([
    ['is no JSON', () => answers('<html>'), /JSON|token/],
    ['has no keys', () => answers('{}'), /no list of keys/],
    ['has too many keys', () => answers(keysOf(...Array(101).fill(jwk(publicKey, 'mine')))), /more than 100 keys/],
    ['is too long', () => answers(' '.repeat(70_000)), /longer than 65536 bytes/],
    ['never ends', () => (answer = (response) => void endless(response)), /longer than 65536 bytes/],
    ['is a redirect', () => (answer = (response) => response.writeHead(302, { location: uri }).end()), /status 302/],
    ['breaks off', () => (answer = (response) => response.destroy()), /socket hang up|ECONNRESET/],
  ])('are not known when the answer %s', async (_, prepare, reason) => {
    prepare();
    await expect(keys().keyOf(uri, 'mine')).rejects.toThrow(KeysUnreachableError);
    expect(warnings).toEqual([{ uri, reason: expect.stringMatching(reason) }]);
    expect(requests).toBe(1);
  });

  it('are not fetched from a private address, nor from a name that leads to one, unless that is allowed', async () => {
    const port = new URL(uri).port;
    for (const [address, reason] of [
      [uri, /https:/],
      [uri.replace('http:', 'https:'), /public address/],
      [`https://localhost:${port}/jwks.json`, /public address/],
    ] as const) {
      warnings = [];
      await expect(keys(false).keyOf(address, 'mine')).rejects.toThrow(KeysUnreachableError);
      expect(warnings).toEqual([{ uri: address, reason: expect.stringMatching(reason) }]);
    }
    expect(requests).toBe(0);
  });
});

/** Sends bytes until nobody takes them. */
function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(16_384, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}
