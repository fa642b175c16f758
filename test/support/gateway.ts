import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { type GatewayOptions, startGateway } from '#libs/engine/event-store-gateway/gateway.js';
import { gatewayUrl } from './gateway-url.js';
import { tempFolder } from './temp-folder.js';

/** A gateway over an embedded log of its own, in this process. */
export interface TestGateway {
  /** For EventStoreDB's clients. */
  readonly connectionString: string;
  readonly port: number;
  readonly log: EmbeddedLog;
  /** EventStoreDB's client of it, made when it is asked for first. */
  readonly client: EventStoreDBClient;
  /** Closes the gateway and opens another one over the same log on the same port. */
  restart(): Promise<void>;
  /** Closes the client, the gateway, then the log. */
  close(): Promise<void>;
}

const silent = { info() {}, warn() {}, error() {} };

/** Starts one on a free loopback port, its log in a temporary folder; writable unless told otherwise. */
export async function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const log = options.log ?? (await EmbeddedLog.open({ folder: join(tempFolder(), 'events'), readOnly: false }));
  const start = (port: number) => startGateway({ writable: true, logger: silent, ...options, log, port });
  let gateway = await start(0);
  const { port } = gateway;
  const connectionString = gatewayUrl(port);
  let client: EventStoreDBClient | undefined;
  return {
    connectionString,
    port,
    log,
    get client() {
      client ??= EventStoreDBClient.connectionString(connectionString);
      return client;
    },
    async restart() {
      await gateway.close();
      gateway = await start(port);
    },
    async close() {
      await client?.dispose();
      await gateway.close();
      await log.close();
    },
  };
}
