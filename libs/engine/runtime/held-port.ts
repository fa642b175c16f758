import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Configuration } from './configuration.js';

/** A port that no other process can take meanwhile. */
export interface HeldPort {
  /** Lets go of the port, for whoever listens on it at once. */
  release(): Promise<void>;
}

/** Nothing is held where the system chooses a free port. */
const NOTHING_HELD: HeldPort = { release: async () => undefined };

/**
 * Takes a port before anything else is opened, so that a port which is in use leaves no trace in the stores. Whoever
 * connects is sent away until the server itself listens.
 *
 * @throws Error as Node has it: `code` is EADDRINUSE where another process listens
 */
export async function holdPort({ host, port }: Pick<Configuration, 'host' | 'port'>): Promise<HeldPort> {
  if (port === 0) return NOTHING_HELD;
  const holder = createServer((socket) => socket.destroy());
  await once(holder.listen({ host, port, exclusive: true }), 'listening');
  return {
    async release() {
      if (!holder.listening) return;
      const closed = once(holder, 'close');
      holder.close();
      await closed;
    },
  };
}
