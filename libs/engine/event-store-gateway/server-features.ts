import messages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { ServerUnaryCall, ServiceDefinition, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';

/** The EventStoreDB whose protocol is served; clients decide by it what they may ask for. */
export const SERVER_VERSION = '23.10.6';

/** What a method can do beyond the first version of the protocol, by lower-case service and method. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  'event_store.client.streams.streams/read': ['position', 'events'],
  'event_store.client.streams.streams/batchappend': ['deadline_duration'],
};

/** Of persistent subscriptions every method serves streams and $all. */
const PERSISTENT_SUBSCRIPTIONS = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

/** A method that is served, as clients are told of it. */
export interface SupportedMethod {
  readonly service: string;
  readonly method: string;
  readonly features: readonly string[];
}

/** What is served, read from the paths of the service definitions (`/package.Service/Method`). */
export function supportedMethods(services: readonly ServiceDefinition[]): readonly SupportedMethod[] {
  const paths = services.flatMap((service) => Object.values(service).map(({ path }) => path.slice(1).toLowerCase()));
  return paths.map((path) => {
    const [service = '', method = ''] = path.split('/');
    const features = service === PERSISTENT_SUBSCRIPTIONS ? ['stream', 'all'] : (FEATURES[path] ?? []);
    return { service, method, features };
  });
}

/** The ServerFeatures service: tells what the other services can do. */
export function serverFeaturesHandlers(methods: readonly SupportedMethod[]): UntypedServiceImplementation {
  const answer = new messages.SupportedMethods();
  answer.setEventStoreServerVersion(SERVER_VERSION);
  for (const { service, method, features } of methods) {
    const item = new messages.SupportedMethod();
    item.setServiceName(service);
    item.setMethodName(method);
    item.setFeaturesList([...features]);
    answer.addMethods(item);
  }
  return {
    getSupportedMethods: (_call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
      callback(null, answer);
    },
  };
}
