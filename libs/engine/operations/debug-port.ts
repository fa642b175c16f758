import Fastify, { type FastifyInstance } from 'fastify';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { HeldPort } from '#libs/engine/runtime/held-port.js';
import { debugAddress, listen } from '#libs/engine/runtime/http-listener.js';
import type { Log } from '#libs/engine/runtime/logger.js';

/**
 * Serves `/debug` on the main server, or on a separate port if APPLEDGER_DEBUG_PORT is set.
 *
 * @param held the reservation of the separate port, which is released
 * @param routes adds the routes to a server
 * @returns the server of the separate port, which the caller closes; undefined: there is none
 * @throws Error the port is not available; the message names the variable
 */
export async function serveDebug(
  configuration: Configuration,
  held: HeldPort | undefined,
  main: FastifyInstance,
  routes: (fastify: FastifyInstance) => void,
  log: Log,
): Promise<FastifyInstance | undefined> {
  const address = debugAddress(configuration);
  if (address === undefined || held === undefined) {
    routes(main);
    return undefined;
  }
  const fastify = Fastify();
  routes(fastify);
  log.info({ url: await listen(fastify, address, held) }, 'serving health and metrics');
  return fastify;
}
