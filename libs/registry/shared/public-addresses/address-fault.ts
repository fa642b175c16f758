import { BlockList, isIP, isIPv4 } from 'node:net';
import { METADATA_IPV4, METADATA_IPV6, SPECIAL_IPV4, SPECIAL_IPV6 } from './special-networks.js';

/** Which addresses this server connects to when somebody else chooses the URL. */
export interface AddressPolicy {
  /** Whether private addresses are allowed. Those of the metadata of a cloud never are. */
  readonly allowPrivate: boolean;
}

const special = new BlockList();
for (const [network, bits] of SPECIAL_IPV4) special.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of SPECIAL_IPV6) special.addSubnet(network, bits, 'ipv6');

/** All that is public of IPv6. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

const metadata = new BlockList();
for (const [network, bits] of METADATA_IPV4) {
  metadata.addSubnet(network, bits, 'ipv4');
  for (const [holder, offset] of holdersOf(network)) metadata.addSubnet(holder, offset + bits, 'ipv6');
}
for (const [network, bits] of METADATA_IPV6) metadata.addSubnet(network, bits, 'ipv6');

/**
 * Says why this server does not connect to an address that somebody else chose; undefined: it may. The rest of a
 * sentence that begins with what leads there: "must lead to a public address".
 *
 * @param address of IPv4 or IPv6, with or without a zone
 */
export function addressFault(address: string, { allowPrivate }: AddressPolicy): string | undefined {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  if (version === 0) return 'must lead to an IP address';
  if (metadata.check(bare, isIPv4(bare) ? 'ipv4' : 'ipv6')) return 'must not lead to the metadata of a cloud';
  return allowPrivate || isPublic(bare) ? undefined : 'must lead to a public address';
}

/** Whether an address is on the public internet: not of this machine or its network. */
function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** The forms of IPv6 that lead to an address of IPv4, with the bits before it. */
function holdersOf(ipv4: string): readonly (readonly [address: string, bits: number])[] {
  const bytes = Buffer.from(ipv4.split('.').map(Number)).toString('hex');
  return [
    [`::${ipv4}`, 96],
    [`::ffff:${ipv4}`, 96],
    [`::ffff:0:${ipv4}`, 96], // translated (SIIT)
    [`64:ff9b::${ipv4}`, 96], // NAT64
    [`64:ff9b:1::${ipv4}`, 96],
    [`2002:${bytes.slice(0, 4)}:${bytes.slice(4)}::`, 16], // 6to4
  ];
}
