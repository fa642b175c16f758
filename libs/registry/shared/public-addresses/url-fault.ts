import { isIP } from 'node:net';
import { type AddressPolicy, addressFault } from './address-fault.js';
import { METADATA_NAMES } from './special-networks.js';

const UNSEEN = /[\s\\\p{Cc}\p{Cf}]/u;

/**
 * Says why this server does not connect to a URL that somebody else chose; undefined: it may. The rest of a sentence
 * that begins with the field: "must begin with https://". The addresses to which a name leads are looked at with the
 * connection: see `checkedLookup`. With an address in place of a name there is no look-up, so that this rule has to be
 * asked for each connection too.
 *
 * @param text the URL
 * @param policy whether private addresses, and with them http, are allowed
 * @param example a URL that would do
 */
export function urlFault(text: string, policy: AddressPolicy, example: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return `must be a URL such as ${example}`;
  const { protocol, port, username, password, hash, hostname } = url;
  if (protocol !== 'https:' && !(policy.allowPrivate && protocol === 'http:')) return 'must begin with https://';
  // What new URL() mends in silence would stand in events and lists as it was written.
  if (!/^https?:\/\/[^/]/i.test(text)) return `must be a URL such as ${example}`;
  if (UNSEEN.test(text)) return 'must hold no spaces, control characters and backslashes';
  if (port === '0') return 'must have a port from 1 to 65535';
  if (username !== '' || password !== '') return 'must hold no user and no password';
  if (hash !== '' || text.includes('#')) return 'must hold no # and what follows it';
  const address = addressIn(hostname);
  return address === undefined ? nameFault(hostname, policy) : addressFault(address, policy);
}

/** The address that a URL names in place of a host name; undefined: it has a host name. */
function addressIn(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

function nameFault(hostname: string, policy: AddressPolicy): string | undefined {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (METADATA_NAMES.has(name)) return 'must not lead to the metadata of a cloud';
  return /(^|\.)localhost$/.test(name) ? addressFault('127.0.0.1', policy) : undefined;
}
