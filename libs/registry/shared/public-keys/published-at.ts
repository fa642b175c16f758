import { isIP } from 'node:net';
import { isPublicAddress } from './public-addresses.js';

/**
 * Says why keys are not fetched from a URL; undefined: they may be. The addresses to which a name leads are looked at
 * when the keys are fetched.
 *
 * @param allowsPrivate whether private addresses, and http, are allowed
 */
export function publishedAtFault(uri: string, allowsPrivate: boolean): string | undefined {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined) return 'it must be a URL such as https://client.example/jwks.json';
  const { protocol, username, password, hash, hostname } = url;
  if (protocol !== 'https:' && !(allowsPrivate && protocol === 'http:')) return 'it must begin with https://';
  if (username !== '' || password !== '') return 'it must hold no user and no password';
  if (hash !== '') return 'it must hold no # and what follows it';
  if (allowsPrivate) return undefined;
  const address = addressIn(hostname);
  const isPrivate = address === undefined ? /(^|\.)localhost\.?$/i.test(hostname) : !isPublicAddress(address);
  return isPrivate ? 'it must lead to a public address' : undefined;
}

/** The address that a URL names in place of a host name; undefined: it has a host name. */
export function addressIn(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}
