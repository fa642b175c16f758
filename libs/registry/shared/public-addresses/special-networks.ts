/** A network: its first address, and the bits that its addresses share. */
type Network = readonly [address: string, bits: number];

/** Networks of IPv4 that are not on the public internet (IANA's registry of special-purpose addresses). */
export const SPECIAL_IPV4: readonly Network[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared by carriers
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3], // multicast and reserved
];

/** Networks within the public ones of IPv6 that lead elsewhere: tunnels to IPv4, documentation, benchmarks. */
export const SPECIAL_IPV6: readonly Network[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** Where clouds answer what a machine is, with the credentials of its role. */
export const METADATA_IPV4: readonly Network[] = [
  ['169.254.0.0', 16], // link-local: most clouds, tasks and pods of AWS included
  ['100.100.100.200', 32], // Alibaba
  ['168.63.129.16', 32], // Azure's host
  ['192.0.0.192', 32], // Oracle
];

export const METADATA_IPV6: readonly Network[] = [
  ['fd00:ec2::', 32], // AWS
  ['fd20:ce::254', 128], // Google
  ['fd00:a9fe:a9fe::254', 128], // Oracle, Akamai
];

/** Names of the same, which a resolver outside of the cloud does not know. */
export const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.goog',
  'metadata.google.internal',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'instance-data',
  'instance-data.ec2.internal',
]);
