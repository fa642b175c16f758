import Fastify, { type FastifyInstance } from 'fastify';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { HeldPort } from '#libs/engine/runtime/held-port.js';
import { debugAddress, listen } from '#libs/engine/runtime/http-listener.js';
import type { Log } from '#libs/engine/runtime/logger.js';

/**
 * Serves `/debug`: beside everything else, or on the port of its own that APPLEDGER_DEBUG_PORT names.
 *
 * @param held the port of its own, to be released
 * @param routes adds the routes to a server
 * @returns the server of the port of its own, which is to be closed; undefined: there is none
 * @throws Error the port cannot be had; the message names the variable
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
  log.info({ url: await listen(fastify, address, held) }, 'health and metrics are served here');
  return fastify;
}
