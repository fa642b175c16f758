import { EmbeddedEventStore } from '#libs/event-store/embedded/embedded-event-store.js';
import { type Gateway, startGateway } from '#libs/event-store/gateway/gateway.js';
import type { EventStore } from '#libs/event-store/port/event-store.js';
import type { Configuration } from '#libs/platform/configuration.js';
import type { Log } from '#libs/platform/logger.js';
import type { TlsCredentials } from '#libs/platform/tls-credentials.js';

/**
 * Serves the embedded event store to EventStoreDB's clients, as APPLEDGER_GATEWAY_… say; undefined when it is off, or
 * the events lie elsewhere and have a server of their own.
 *
 * @param credentials the API's, for a gateway with TLS
 * @throws Error it cannot listen; the message names the variable
 */
export async function openGateway(
  configuration: Configuration,
  eventStore: EventStore,
  credentials: TlsCredentials | undefined,
  logger: Log,
): Promise<Gateway | undefined> {
  const { gatewayPort: port, gatewayHost: host, gatewayWritable: writable, gatewayUsers: users = [] } = configuration;
  const tls = configuration.gatewayTls ? credentials : undefined;
  if (port === 'off' || !(eventStore instanceof EmbeddedEventStore)) return undefined;
  const gateway = await startGateway({ log: eventStore.log, port, host, writable, users, tls, logger });
  const where = { host, port: gateway.port, tls: tls !== undefined, writable };
  logger.info(where, "EventStoreDB's clients reach the embedded event store here");
  return gateway;
}
