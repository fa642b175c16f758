import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { type GatewayOptions, startGateway } from '#libs/engine/event-store-gateway/gateway.js';
import { gatewayUrl } from './gateway-url.js';
import { type WireClients, wireClients } from './gateway-wire.js';
import { tempFolder } from './temp-folder.js';

/** A gateway over its own embedded log, in this process. */
export interface TestGateway {
  /** The connection string for EventStoreDB's clients. */
  readonly connectionString: string;
  readonly port: number;
  readonly log: EmbeddedLog;
  /** EventStoreDB's own client of this gateway, created on first use. */
  readonly client: EventStoreDBClient;
  /** The generated gRPC clients of this gateway, created on first use. */
  readonly wire: WireClients;
  /** Closes the gateway and opens another one over the same log on the same port. */
  restart(): Promise<void>;
  /** Closes the clients, the gateway, then the log. */
  close(): Promise<void>;
}

const silent = { info() {}, warn() {}, error() {} };

/** Starts a gateway on a free loopback port, with its log in a temporary folder; writable by default. */
export async function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const log = options.log ?? (await EmbeddedLog.open({ folder: join(tempFolder(), 'events'), readOnly: false }));
  const start = (port: number) => startGateway({ writable: true, logger: silent, ...options, log, port });
  let gateway = await start(0);
  const { port } = gateway;
  const connectionString = gatewayUrl(port);
  let client: EventStoreDBClient | undefined;
  let wire: WireClients | undefined;
  return {
    connectionString,
    port,
    log,
    get client() {
      client ??= EventStoreDBClient.connectionString(connectionString);
      return client;
    },
    get wire() {
      wire ??= wireClients(port);
      return wire;
    },
    async restart() {
      await gateway.close();
      gateway = await start(port);
    },
    async close() {
      wire?.close();
      await client?.dispose();
      await gateway.close();
      await log.close();
    },
  };
}
