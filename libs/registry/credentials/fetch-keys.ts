import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressPolicy } from '#libs/registry/shared/public-addresses/address-fault.js';
import { checkedLookup } from '#libs/registry/shared/public-addresses/checked-lookup.js';
import { keysUrlFault } from '#libs/registry/shared/public-keys/keys-url-fault.js';
import { PublicKeyError, pemOf, publicKeyOfJwk } from '#libs/registry/shared/public-keys/public-key.js';

/** The longest time for the whole answer. */
const TIMEOUT_MS = 3_000;
/** The longest answer. */
const MAX_BYTES = 65_536;
/** The most keys in an answer. */
const MAX_KEYS = 100;

/** Public keys as PEM, by their key ids. */
export type KeysById = ReadonlyMap<string, string>;

/**
 * Fetches the public keys that are published at a URL (RFC 7517). It asks allowed addresses only: the owner of a client
 * chooses the URL, and must not reach with it what only this server reaches. Redirects are not followed. Keys that
 * cannot be used are left out.
 *
 * @throws Error the keys cannot be fetched; the message says why
 */
export async function fetchKeys(uri: string, policy: AddressPolicy): Promise<KeysById> {
  const fault = keysUrlFault(uri, policy);
  if (fault !== undefined) throw new Error(`it ${fault}`);
  const text = await answerOf(new URL(uri), policy);
  const { keys } = JSON.parse(text) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('the answer has no list of keys');
  if (keys.length > MAX_KEYS) throw new Error(`the answer has more than ${MAX_KEYS} keys`);
  return new Map(keys.flatMap(usableKey));
}

function answerOf(url: URL, policy: AddressPolicy): Promise<string> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const options = { agent: false, headers, signal, lookup: checkedLookup(policy) };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES) sent.destroy(new Error(`the answer is longer than ${MAX_BYTES} bytes`));
        chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      if (answer.statusCode !== 200) sent.destroy(new Error(`the answer has the status ${answer.statusCode}`));
    });
    sent.on('error', (error) => reject(signal.aborted ? new Error(`no answer within ${TIMEOUT_MS} ms`) : error));
    // A server that switches to another protocol is answered with neither an error nor an answer.
    sent.on('close', () => reject(new Error('the connection was closed without an answer')));
    sent.end();
  });
}

function usableKey(jwk: unknown): readonly (readonly [string, string])[] {
  const { kid } = Object(jwk) as { readonly kid?: unknown };
  if (typeof kid !== 'string') return [];
  try {
    return [[kid, pemOf(publicKeyOfJwk(jwk as Record<string, unknown>))]];
  } catch (error) {
    if (error instanceof PublicKeyError) return [];
    throw error;
  }
}
