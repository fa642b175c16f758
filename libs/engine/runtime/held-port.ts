import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Configuration } from './configuration.js';

/** A port that is reserved: no other process can listen on it. */
export interface HeldPort {
  /** Releases the port, so that this process can listen on it immediately afterwards. */
  release(): Promise<void>;
}

/** Nothing is reserved if the system chooses a free port. */
const NOTHING_HELD: HeldPort = { release: async () => undefined };

/**
 * Reserves a port before anything else is opened, so that a start on a port that is in use changes nothing in the
 * stores. Clients that connect are disconnected until the server itself listens.
 *
 * @throws Error Node's own: `code` is EADDRINUSE if another process listens
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
