import type { Identity } from '../access/index.js';

/** What is asked of a caller. */
interface Asked {
  readonly identity: Pick<Identity, 'holdsEverywhere'>;
}

/** The permission to change webhooks; whoever holds it in all organizations manages the webhooks of all of them. */
const WRITE = 'webhook.write';

/** The permission to read webhooks. */
const READ = 'webhook.read';

/** Whether the caller may read the webhooks of all organizations. */
export function readsEverywhere({ identity }: Asked): boolean {
  return identity.holdsEverywhere(READ);
}

/** Whether the caller may change the webhooks of all organizations. */
export function writesEverywhere({ identity }: Asked): boolean {
  return identity.holdsEverywhere(WRITE);
}
