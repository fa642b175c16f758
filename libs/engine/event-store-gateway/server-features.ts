import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import messages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { type CallHandlers, unary } from './grpc/call-handler.js';

export const { ServerFeaturesService } = serverFeaturesService;

/** The EventStoreDB version whose protocol is served. Clients enable features by it. */
export const SERVER_VERSION = '23.10.6';

/** Features of a method beyond the first version of the protocol, by lower-case path. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  'event_store.client.streams.streams/read': ['position', 'events'],
  'event_store.client.streams.streams/batchappend': ['deadline_duration'],
};

/** Every method of this service supports streams and $all. */
const PERSISTENT_SUBSCRIPTIONS = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

/** A method as the ServerFeatures service reports it. */
export interface SupportedMethod {
  readonly service: string;
  readonly method: string;
  readonly features: readonly string[];
}

/** The methods of the services, from the paths in their definitions (`/package.Service/Method`). */
export function supportedMethods(services: readonly ServiceDefinition[]): readonly SupportedMethod[] {
  const paths = services.flatMap((service) => Object.values(service).map(({ path }) => path.slice(1).toLowerCase()));
  return paths.map((path) => {
    const [service = '', method = ''] = path.split('/');
    const features = service === PERSISTENT_SUBSCRIPTIONS ? ['stream', 'all'] : (FEATURES[path] ?? []);
    return { service, method, features };
  });
}

/** The ServerFeatures service: reports which methods and features the gateway supports. */
export function serverFeaturesHandlers(
  methods: readonly SupportedMethod[],
): CallHandlers<typeof ServerFeaturesService> {
  const answer = supportedMethodsAnswer(methods);
  return { getSupportedMethods: unary(ServerFeaturesService.getSupportedMethods, () => answer) };
}

/** The response of GetSupportedMethods. */
export function supportedMethodsAnswer(
  methods: readonly SupportedMethod[],
): InstanceType<typeof messages.SupportedMethods> {
  const answer = new messages.SupportedMethods();
  answer.setEventStoreServerVersion(SERVER_VERSION);
  for (const { service, method, features } of methods) {
    const item = new messages.SupportedMethod();
    item.setServiceName(service);
    item.setMethodName(method);
    item.setFeaturesList([...features]);
    answer.addMethods(item);
  }
  return answer;
}
