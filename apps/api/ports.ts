import type { Closing } from '#libs/engine/runtime/closing.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { HeldPort } from '#libs/engine/runtime/held-port.js';
import { debugAddress, holdAddress } from '#libs/engine/runtime/http-listener.js';
import { holdGatewayPort } from './gateway.js';

/** The reserved ports of a server; undefined: the server does not listen there. */
export interface Ports {
  readonly api: HeldPort;
  readonly gateway: HeldPort | undefined;
  readonly debug: HeldPort | undefined;
}

/**
 * Reserves the ports before anything is written: a server that cannot get one of them leaves nothing behind.
 *
 * @throws Error a port cannot be reserved; the message names the variable
 */
export async function holdPorts(configuration: Configuration, closing: Closing): Promise<Ports> {
  const keep = <Held extends HeldPort | undefined>(held: Held): Held => {
    closing.add(async () => held?.release());
    return held;
  };
  const api = keep(await holdAddress(configuration));
  const gateway = keep(await holdGatewayPort(configuration));
  const debugAt = debugAddress(configuration);
  const debug = debugAt && keep(await holdAddress(debugAt));
  return { api, gateway, debug };
}
