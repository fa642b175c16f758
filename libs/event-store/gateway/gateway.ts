import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import type { Log } from '#libs/platform/logger.js';
import type { TlsCredentials } from '#libs/platform/tls-credentials.js';
import type { EmbeddedLog } from '../embedded/log.js';
import type { GatewayUser } from './access.js';
import { eagerWrites } from './eager-writes.js';
import { ExpressionWorker } from './filters/expression-worker.js';
import type { GatewayContext } from './gateway-context.js';
import { gossipHandlers } from './gossip.js';
import { LiveHub } from './live-hub.js';
import { PersistentSubscriptions } from './persistent-subscriptions/persistent-subscriptions.js';
import {
  PersistentSubscriptionsService,
  persistentSubscriptionHandlers,
} from './persistent-subscriptions/persistent-subscriptions-service.js';
import { serverFeaturesHandlers, supportedMethods } from './server-features.js';
import { StreamsService, streamsHandlers } from './streams/streams-service.js';

/**
 * A message may be larger than an append: then the append is refused in its own words. EventStoreDB takes as much.
 */
const MAX_MESSAGE_BYTES = 16 * 1_048_576;

/** Calls that are still open after this are cut off: appends end in milliseconds, subscriptions never. */
const DRAIN_MS = 500;

const LOOPBACK = '127.0.0.1';

/** How to start a gateway. */
export interface GatewayOptions {
  readonly log: EmbeddedLog;
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: loopback. */
  readonly host?: string;
  /** Whether appends, deletes and tombstones from outside are taken; default: they are refused. */
  readonly writable?: boolean;
  /** Who may use it; default: whoever can connect. */
  readonly users?: readonly GatewayUser[];
  /** The certificate that it is served with; default: it is served without TLS. */
  readonly tls?: TlsCredentials | undefined;
  readonly logger: Log;
}

/** A gateway that answers. */
export interface Gateway {
  readonly port: number;
  /** Ends the calls under way, subscriptions first, and stops listening. The log stays open. */
  close(): Promise<void>;
}

/**
 * Serves an embedded log over EventStoreDB's gRPC protocol. What is not served answers UNIMPLEMENTED.
 *
 * @throws Error it cannot listen there, and the message names the variable to change; or the groups of persistent
 *   subscriptions that the log keeps cannot be understood
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, host = LOOPBACK, writable = false, users = [], logger } = options;
  const access = { writable, users };
  const expressions = new ExpressionWorker();
  const context: GatewayContext = { log, logger, access, hub: new LiveHub(log), expressions };
  const subscriptions = await PersistentSubscriptions.open(context);
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': -1,
    interceptors: [eagerWrites],
  });
  let port = options.port;
  const { GossipService } = gossipService;
  const { ServerFeaturesService } = serverFeaturesService;
  server.addService(StreamsService, streamsHandlers(context));
  server.addService(
    GossipService,
    gossipHandlers(() => ({ host, port })),
  );
  server.addService(PersistentSubscriptionsService, persistentSubscriptionHandlers(context, subscriptions));
  const served: readonly ServiceDefinition[] = [
    StreamsService,
    PersistentSubscriptionsService,
    GossipService,
    ServerFeaturesService,
  ];
  server.addService(ServerFeaturesService, serverFeaturesHandlers(supportedMethods(served)));
  try {
    port = await listen(server, options);
  } catch (error) {
    context.hub.close();
    await subscriptions.close();
    throw error;
  }
  return {
    port,
    async close() {
      context.hub.close();
      await subscriptions.close();
      await expressions.close();
      await shutDown(server);
    },
  };
}

async function listen(server: Server, { host = LOOPBACK, port, tls }: GatewayOptions): Promise<number> {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentialsOf(tls), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(listenError(host, port, error));
    });
  });
}

function credentialsOf(tls: TlsCredentials | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }]);
}

function listenError(host: string, port: number, cause: Error): Error {
  if (/EADDRINUSE/.test(cause.message)) {
    return new Error(
      `APPLEDGER_GATEWAY_PORT ${port} is in use on ${host}: stop what listens there, choose another port, or set it to off`,
      { cause },
    );
  }
  return new Error(
    `APPLEDGER_GATEWAY_HOST ${host} with APPLEDGER_GATEWAY_PORT ${port} cannot be listened on (${cause.message})`,
    { cause },
  );
}

async function shutDown(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const cutOff = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, DRAIN_MS);
    server.tryShutdown(() => {
      clearTimeout(cutOff);
      resolve();
    });
  });
}
