import { EmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { type Gateway, startGateway } from '#libs/engine/event-store-gateway/gateway.js';
import { listenError } from '#libs/engine/event-store-gateway/listener.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { type HeldPort, holdPort } from '#libs/engine/runtime/held-port.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';

/**
 * Reserves the gateway's port, if it is enabled, before anything is opened.
 *
 * @throws Error the port cannot be reserved; the message names the variable
 */
export async function holdGatewayPort({
  gatewayHost: host,
  gatewayPort: port,
  eventStoreUrl,
}: Configuration): Promise<HeldPort | undefined> {
  if (port === 'off' || eventStoreUrl !== undefined) return undefined;
  return holdPort({ host, port }).catch((error) => Promise.reject(listenError({ host, port }, error)));
}

/**
 * Serves the embedded event store to EventStoreDB's clients, as APPLEDGER_GATEWAY_… configure it; undefined when it is
 * off, or the events are in an EventStoreDB.
 *
 * @param credentials the API's, for a gateway with TLS
 * @param held its reserved port, which is released
 * @throws Error it cannot listen; the message names the variable
 */
export async function openGateway(
  configuration: Configuration,
  eventStore: EventStore,
  credentials: TlsCredentials | undefined,
  logger: Log,
  held: HeldPort | undefined,
): Promise<Gateway | undefined> {
  const { gatewayPort: port, gatewayHost: host, gatewayWritable: writable, gatewayUsers: users = [] } = configuration;
  const tls = configuration.gatewayTls ? credentials : undefined;
  if (port === 'off' || !(eventStore instanceof EmbeddedEventStore)) return undefined;
  await held?.release();
  const gateway = await startGateway({ log: eventStore.log, port, host, writable, users, tls, logger });
  const where = { host, port: gateway.port, tls: tls !== undefined, writable };
  logger.info(where, "EventStoreDB's clients reach the embedded event store here");
  return gateway;
}
