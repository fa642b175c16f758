import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from './configuration.js';
import { type HeldPort, holdPort } from './held-port.js';

/** The address to listen on. */
interface Address extends Pick<Configuration, 'host' | 'port'> {
  /** The variable that sets the port, for errors; default: APPLEDGER_PORT. */
  readonly variable?: string;
}

/** The address of the separate port for `/debug`; undefined: there is none. */
export function debugAddress({ host, debugPort }: Configuration): Address | undefined {
  return debugPort === undefined ? undefined : { host, port: debugPort, variable: 'APPLEDGER_DEBUG_PORT' };
}

/** Requests that are still in flight after this are aborted: before a supervisor kills the process. */
const DRAIN_MS = 3_000;

/**
 * Reserves an address before anything else is opened.
 *
 * @throws Error the address is not available; the message names the variable
 */
export async function holdAddress(address: Address): Promise<HeldPort> {
  return holdPort(address).catch((error) => Promise.reject(listenError(address, error)));
}

/**
 * Listens on an address.
 *
 * @param held the reservation of this address, which is released
 * @returns the URL by which this machine reaches the server
 * @throws Error the address is not available; the message names the variable
 */
export async function listen(fastify: FastifyInstance, address: Address, held: HeldPort): Promise<string> {
  const { host, port } = address;
  try {
    await held.release();
    await fastify.listen({ host, port });
  } catch (error) {
    throw listenError(address, error as NodeJS.ErrnoException);
  }
  const scheme = fastify.server instanceof TlsServer ? 'https' : 'http';
  return urlOf(scheme, fastify.server.address() as AddressInfo);
}

function listenError({ host, port, variable = 'APPLEDGER_PORT' }: Address, error: NodeJS.ErrnoException): Error {
  const { code } = error;
  if (code === 'EADDRINUSE') {
    return new Error(`${variable} ${port} is in use on ${host}: stop what listens there, or choose another port`);
  }
  return new Error(`APPLEDGER_HOST ${host} with ${variable} ${port} cannot be listened on (${code ?? error})`);
}

/** The URL by which this machine reaches the server; a wildcard address is reached by loopback. */
function urlOf(scheme: string, { address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `${scheme}://127.0.0.1:${port}`;
  return family === 'IPv6' ? `${scheme}://[${address}]:${port}` : `${scheme}://${address}:${port}`;
}

/** Closes the server: it accepts no new connections and waits for the requests in flight, for {@link DRAIN_MS} at most. */
export async function drain(fastify: FastifyInstance): Promise<void> {
  const cutOff = setTimeout(() => fastify.server.closeAllConnections(), DRAIN_MS);
  try {
    await fastify.close();
  } finally {
    clearTimeout(cutOff);
  }
}
