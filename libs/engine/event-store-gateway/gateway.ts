import type { ServiceDefinition } from '@grpc/grpc-js';
import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import type { GatewayUser } from './access.js';
import { AppendNotifier } from './append-notifier.js';
import { authentication } from './authentication.js';
import { ExpressionWorker } from './filters/expression-worker.js';
import type { GatewayContext } from './gateway-context.js';
import { GossipService, gossipHandlers } from './gossip.js';
import { handlersByPath } from './grpc/call-handler.js';
import type { GrpcCall } from './grpc/grpc-call.js';
import { GrpcServer } from './grpc/grpc-server.js';
import { answerProbe } from './http-probes.js';
import { GatewayListener } from './listener.js';
import { PersistentSubscriptions } from './persistent-subscriptions/persistent-subscriptions.js';
import {
  PersistentSubscriptionsService,
  persistentSubscriptionHandlers,
} from './persistent-subscriptions/persistent-subscriptions-service.js';
import { ServerFeaturesService, serverFeaturesHandlers, supportedMethods } from './server-features.js';
import { StreamsService, streamsHandlers } from './streams/streams-service.js';

/** How long open calls may take to end when the gateway closes: appends take milliseconds, subscriptions never end. */
const DRAIN_MS = 500;

const LOOPBACK = '127.0.0.1';

/** How to start a gateway. */
export interface GatewayOptions {
  readonly log: EmbeddedLog;
  /** 0: any free port. */
  readonly port: number;
  /** Default: loopback. */
  readonly host?: string;
  /** Whether clients may append, delete, tombstone, and manage persistent subscriptions; default: no. */
  readonly writable?: boolean;
  /** Users that may connect; default: no authentication. */
  readonly users?: readonly GatewayUser[];
  /** The server certificate; default: no TLS. */
  readonly tls?: TlsCredentials | undefined;
  readonly logger: Log;
  /** The interval of pings on connections; default: that of EventStoreDB. */
  readonly keepAliveMs?: number;
}

/** A running gateway. */
export interface Gateway {
  readonly port: number;
  /** Ends all calls, subscriptions first, and stops listening. The log stays open. */
  close(): Promise<void>;
}

/**
 * Serves an embedded log over EventStoreDB's gRPC protocol. Services and methods that are not implemented answer
 * UNIMPLEMENTED.
 *
 * @throws Error the address cannot be listened on (the message names the variable to change), or a stored persistent
 *   subscription cannot be decoded
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, host = LOOPBACK, writable = false, users = [], logger } = options;
  const access = { writable, users };
  const expressions = new ExpressionWorker();
  const context: GatewayContext = { log, logger, access, notifier: new AppendNotifier(log), expressions };
  const subscriptions = await PersistentSubscriptions.open(context);
  let port = options.port;
  const served: readonly ServiceDefinition[] = [
    StreamsService,
    PersistentSubscriptionsService,
    GossipService,
    ServerFeaturesService,
  ];
  const handlers = new Map([
    ...handlersByPath(StreamsService, streamsHandlers(context)),
    ...handlersByPath(PersistentSubscriptionsService, persistentSubscriptionHandlers(context, subscriptions)),
    ...handlersByPath(
      GossipService,
      gossipHandlers(() => ({ host, port })),
    ),
    ...handlersByPath(ServerFeaturesService, serverFeaturesHandlers(supportedMethods(served))),
  ]);
  // Without users there is no authentication.
  const admit = users.length === 0 ? (_: GrpcCall, serve: () => void) => serve() : authentication(users, logger);
  const server = new GrpcServer(handlers, admit, options.keepAliveMs);
  const listener = new GatewayListener(
    options.tls,
    (socket) => server.accept(socket),
    (request, response) => answerProbe(request, response, users.length > 0),
  );
  try {
    port = await listener.listen({ host, port });
  } catch (error) {
    context.notifier.close();
    await subscriptions.close();
    await expressions.close();
    throw error;
  }
  return {
    port,
    async close() {
      context.notifier.close();
      await subscriptions.close();
      listener.stopListening();
      await expressions.close();
      await server.close(DRAIN_MS);
      listener.closeConnections();
    },
  };
}
