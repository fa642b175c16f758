import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import messages from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Metadata, ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import { type AccessRules, assertReadable, assertWritable } from '../access.js';
import { parseFilterRequest } from '../filters/filter-request.js';
import type { GatewayContext } from '../gateway-context.js';
import { gatewayErrorOf } from '../grpc-errors.js';
import { ALL } from '../system-streams.js';
import { groupInfo } from './group-info.js';
import { addressOf, createdGroup, streamName, updatedGroup } from './group-requests.js';
import type { PersistentSubscriptions } from './persistent-subscriptions.js';
import type { RunningGroup } from './running-group.js';
import { subscribeHandler } from './subscribe.js';

const asItIs = (message: Buffer): Buffer => message;
const { PersistentSubscriptionsService: generated } = persistentService;

/**
 * The PersistentSubscriptions service. Where events pass, in Read, its messages are written and parsed by hand; of a
 * request that may hold a filter the size is looked at first.
 */
export const PersistentSubscriptionsService = {
  ...generated,
  create: { ...generated.create, requestDeserialize: asItIs },
  read: { ...generated.read, requestDeserialize: asItIs, responseSerialize: asItIs },
};

/**
 * The handlers of {@link PersistentSubscriptionsService}.
 *
 * A caller that may read may subscribe to a group, acknowledge, and ask what there is. One that may write may also
 * create, change, delete, replay and restart groups. What a group parks it writes itself, which needs no right.
 */
export function persistentSubscriptionHandlers(
  context: GatewayContext,
  subscriptions: PersistentSubscriptions,
): UntypedServiceImplementation {
  const { access } = context;
  const managing = <Q, A>(answer: (request: Q) => Promise<A>) => unary(access, assertWritable, answer);
  const reading = <Q, A>(answer: (request: Q) => Promise<A>) => unary(access, assertReadable, answer);
  return {
    read: subscribeHandler(context, subscriptions),
    create: managing(async (request: Buffer) => {
      await subscriptions.create(createdGroup(parseFilterRequest(messages.CreateReq, request)));
      return new messages.CreateResp();
    }),
    update: managing(async (request: InstanceType<typeof messages.UpdateReq>) => {
      await subscriptions.update(updatedGroup(request));
      return new messages.UpdateResp();
    }),
    delete: managing(async (request: InstanceType<typeof messages.DeleteReq>) => {
      const { source, group } = addressOf(request.getOptions());
      await subscriptions.delete(source, group);
      return new messages.DeleteResp();
    }),
    replayParked: managing(async (request: InstanceType<typeof messages.ReplayParkedReq>) => {
      const options = request.getOptions();
      const { source, group } = addressOf(options);
      const stopAt = options?.hasStopAt() ? BigInt(options.getStopAt()) : undefined;
      await subscriptions.group(source, group).replayParked(stopAt);
      return new messages.ReplayParkedResp();
    }),
    restartSubsystem: managing(async () => {
      await subscriptions.restart();
      return new shared.Empty();
    }),
    getInfo: reading(async (request: InstanceType<typeof messages.GetInfoReq>) => {
      const { source, group } = addressOf(request.getOptions());
      const answer = new messages.GetInfoResp();
      answer.setSubscriptionInfo(await groupInfo(subscriptions.group(source, group), Date.now()));
      return answer;
    }),
    list: reading(async (request: InstanceType<typeof messages.ListReq>) => {
      const answer = new messages.ListResp();
      for (const group of listed(request, subscriptions)) answer.addSubscriptions(await groupInfo(group, Date.now()));
      return answer;
    }),
  };
}

/** The groups that are asked for. @throws GatewayError those of one stream are, and it never had one */
function listed(
  request: InstanceType<typeof messages.ListReq>,
  subscriptions: PersistentSubscriptions,
): readonly RunningGroup[] {
  const wanted = request.getOptions()?.getListForStream();
  if (wanted === undefined) return [...subscriptions.groups];
  const source = wanted.hasAll() ? ALL : streamName(wanted.getStream());
  return subscriptions.groupsOf(source);
}

function unary<Q, A>(
  access: AccessRules,
  assertAllowed: (rules: AccessRules, metadata: Metadata) => void,
  answer: (request: Q) => Promise<A>,
) {
  return (call: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>): void => {
    const answered = async () => {
      assertAllowed(access, call.metadata);
      return answer(call.request);
    };
    answered().then(
      (message) => callback(null, message),
      (error) => callback(gatewayErrorOf(error)),
    );
  };
}
