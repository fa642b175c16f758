import type { AddressPolicy } from '../public-addresses/address-fault.js';
import { urlFault } from '../public-addresses/url-fault.js';

/** Says why keys are not fetched from a URL, as {@link urlFault} does; undefined: they may be. */
export function keysUrlFault(uri: string, policy: AddressPolicy): string | undefined {
  return urlFault(uri, policy, 'https://client.example/jwks.json');
}
