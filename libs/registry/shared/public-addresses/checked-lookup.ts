import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type AddressPolicy, addressFault } from './address-fault.js';

/** A name leads to an address to which this server does not connect. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';

  /** @param fault as addressFault says it */
  constructor(
    hostname: string,
    readonly fault: string,
  ) {
    super(`${hostname} ${fault}`);
  }
}

/**
 * Looks up a name for a connection (`lookup` of node:net, node:https and undici's `connect`), and fails with an
 * {@link AddressRefusedError} where one of its addresses is not allowed. The connection goes to an address that was
 * looked at: nothing resolves the name a second time.
 */
export function checkedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: readonly LookupAddress[]) => {
      const [first] = addresses ?? [];
      const fault = firstFault(addresses ?? [], policy);
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${hostname} has no address`), '');
      } else if (fault !== undefined) {
        callback(new AddressRefusedError(hostname, fault), '');
      } else if (options.all === true) {
        callback(null, [...addresses]);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function firstFault(addresses: readonly LookupAddress[], policy: AddressPolicy): string | undefined {
  return addresses.map(({ address }) => addressFault(address, policy)).find((fault) => fault !== undefined);
}
