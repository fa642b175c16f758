import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AddressPolicy } from './address-fault.js';
import { AddressRefusedError, checkedLookup } from './checked-lookup.js';
import { urlFault } from './url-fault.js';

/** A name that takes longer to look up is judged with the first connection. */
const PATIENCE_MS = 3_000;

/**
 * Like {@link urlFault}, and looks up the name too. A name that has no address now, or is not answered in time, has no
 * fault: it is judged again with each connection.
 */
export async function resolvedUrlFault(
  text: string,
  policy: AddressPolicy,
  example: string,
): Promise<string | undefined> {
  const fault = urlFault(text, policy, example);
  if (fault !== undefined) return fault;
  const { hostname } = new URL(text);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return undefined;
  const waiting = new AbortController();
  const late = delay(PATIENCE_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    await Promise.race([promisify(checkedLookup(policy))(hostname, {}), late]);
    return undefined;
  } catch (error) {
    return error instanceof AddressRefusedError ? error.fault : undefined;
  } finally {
    waiting.abort();
  }
}
