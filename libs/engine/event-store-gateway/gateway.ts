import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { Server, ServerCredentials, type ServerInterceptor, type ServiceDefinition } from '@grpc/grpc-js';
import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import type { GatewayUser } from './access.js';
import { eagerWrites } from './eager-writes.js';
import { ExpressionWorker } from './filters/expression-worker.js';
import type { GatewayContext } from './gateway-context.js';
import { gossipHandlers } from './gossip.js';
import { GatewayListener } from './listener.js';
import { LiveHub } from './live-hub.js';
import { passwordGuard } from './password-guard.js';
import { PersistentSubscriptions } from './persistent-subscriptions/persistent-subscriptions.js';
import {
  PersistentSubscriptionsService,
  persistentSubscriptionHandlers,
} from './persistent-subscriptions/persistent-subscriptions-service.js';
import { answerProbe } from './probes.js';
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
    interceptors: interceptorsFor(users, logger),
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
  const http2 = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = new GatewayListener(
    options.tls,
    (socket) => http2.injectConnection(socket),
    (request, response) => answerProbe(request, response, users.length > 0),
  );
  try {
    port = await listener.listen({ host, port });
  } catch (error) {
    context.hub.close();
    await subscriptions.close();
    await expressions.close();
    throw error;
  }
  return {
    port,
    async close() {
      context.hub.close();
      await subscriptions.close();
      listener.stopListening();
      await expressions.close();
      await shutDown(server);
      listener.cutOff();
    },
  };
}

/** Without users nothing is asked of a call. */
function interceptorsFor(users: readonly GatewayUser[], logger: Log): ServerInterceptor[] {
  return users.length === 0 ? [eagerWrites] : [passwordGuard(users, logger), eagerWrites];
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
