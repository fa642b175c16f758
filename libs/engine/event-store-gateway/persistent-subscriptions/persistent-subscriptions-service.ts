import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import messages from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Metadata, ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import { type AccessRules, assertReadable, assertWritable } from '../access.js';
import { parseFilterRequest } from '../filters/filter-request.js';
import type { GatewayContext } from '../gateway-context.js';
import { gatewayErrorOf } from '../grpc-errors.js';
import { rawMessage } from '../raw-message.js';
import { streamNameOf } from '../stream-identifier.js';
import { ALL } from '../system-streams.js';
import { groupInfo } from './group-info.js';
import { addressOf, createdGroup, updatedGroup } from './group-requests.js';
import type { PersistentSubscriptions } from './persistent-subscriptions.js';
import { persistentReadHandler } from './read-handler.js';
import type { RunningGroup } from './running-group.js';

const { PersistentSubscriptionsService: generated } = persistentService;

/**
 * The PersistentSubscriptions service. The messages of Read are encoded and decoded by hand for speed. Create requests
 * arrive as bytes, because their size is checked before a filter in them is parsed.
 */
export const PersistentSubscriptionsService = {
  ...generated,
  create: { ...generated.create, requestDeserialize: rawMessage },
  read: { ...generated.read, requestDeserialize: rawMessage, responseSerialize: rawMessage },
};

/**
 * The handlers of {@link PersistentSubscriptionsService}.
 *
 * Read access suffices to subscribe, to ack and nack, and for GetInfo and List. Create, Update, Delete, ReplayParked
 * and RestartSubsystem need write access. Parking a message needs no right: the group itself writes it.
 */
export function persistentSubscriptionHandlers(
  context: GatewayContext,
  subscriptions: PersistentSubscriptions,
): UntypedServiceImplementation {
  const { access } = context;
  const withWriteAccess = <Q, A>(answer: (request: Q) => Promise<A>) => unary(access, assertWritable, answer);
  const withReadAccess = <Q, A>(answer: (request: Q) => Promise<A>) => unary(access, assertReadable, answer);
  return {
    read: persistentReadHandler(context, subscriptions),
    create: withWriteAccess(async (request: Buffer) => {
      await subscriptions.create(createdGroup(parseFilterRequest(messages.CreateReq, request)));
      return new messages.CreateResp();
    }),
    update: withWriteAccess(async (request: InstanceType<typeof messages.UpdateReq>) => {
      await subscriptions.update(updatedGroup(request));
      return new messages.UpdateResp();
    }),
    delete: withWriteAccess(async (request: InstanceType<typeof messages.DeleteReq>) => {
      const { source, group } = addressOf(request.getOptions());
      await subscriptions.delete(source, group);
      return new messages.DeleteResp();
    }),
    replayParked: withWriteAccess(async (request: InstanceType<typeof messages.ReplayParkedReq>) => {
      const options = request.getOptions();
      const { source, group } = addressOf(options);
      const stopAt = options?.hasStopAt() ? BigInt(options.getStopAt()) : undefined;
      await subscriptions.group(source, group).replayParked(stopAt);
      return new messages.ReplayParkedResp();
    }),
    restartSubsystem: withWriteAccess(async () => {
      await subscriptions.restart();
      return new shared.Empty();
    }),
    getInfo: withReadAccess(async (request: InstanceType<typeof messages.GetInfoReq>) => {
      const { source, group } = addressOf(request.getOptions());
      const answer = new messages.GetInfoResp();
      answer.setSubscriptionInfo(await groupInfo(subscriptions.group(source, group), Date.now()));
      return answer;
    }),
    list: withReadAccess(async (request: InstanceType<typeof messages.ListReq>) => {
      const answer = new messages.ListResp();
      for (const group of requestedGroups(request, subscriptions))
        answer.addSubscriptions(await groupInfo(group, Date.now()));
      return answer;
    }),
  };
}

/**
 * The groups that a ListReq asks for.
 *
 * @throws GatewayError the stream never had a group
 */
function requestedGroups(
  request: InstanceType<typeof messages.ListReq>,
  subscriptions: PersistentSubscriptions,
): readonly RunningGroup[] {
  const wanted = request.getOptions()?.getListForStream();
  if (wanted === undefined) return [...subscriptions.groups];
  const source = wanted.hasAll() ? ALL : streamNameOf(wanted.getStream());
  return subscriptions.groupsOf(source);
}

function unary<Q, A>(
  access: AccessRules,
  assertAllowed: (rules: AccessRules, metadata: Metadata) => void,
  answer: (request: Q) => Promise<A>,
) {
  return (call: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>): void => {
    const serve = async () => {
      assertAllowed(access, call.metadata);
      return answer(call.request);
    };
    serve().then(
      (message) => callback(null, message),
      (error) => callback(gatewayErrorOf(error)),
    );
  };
}
