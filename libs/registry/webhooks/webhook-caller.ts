import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';

/** The permission to change webhooks; whoever holds it in all organizations manages the webhooks of all of them. */
const WRITE = 'webhook.write';

/** The permission to read webhooks. */
const READ = 'webhook.read';

/** Whether the caller may read the webhooks of all organizations. */
export function readsEverywhere({ identity }: Pick<CallContext, 'identity'>): boolean {
  return identity.holdsEverywhere(READ);
}

/** Whether the caller may change the webhooks of all organizations. */
export function writesEverywhere({ identity }: Pick<CallContext, 'identity'>): boolean {
  return identity.holdsEverywhere(WRITE);
}
