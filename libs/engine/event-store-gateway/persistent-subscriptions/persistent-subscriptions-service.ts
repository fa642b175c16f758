import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import messages from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { assertReadable, assertWritable } from '../access.js';
import { parseFilterRequest } from '../filters/filter-request.js';
import type { GatewayContext } from '../gateway-context.js';
import { type CallHandlers, type MethodCodec, unary } from '../grpc/call-handler.js';
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
): CallHandlers<typeof PersistentSubscriptionsService> {
  const { access } = context;
  const methods = PersistentSubscriptionsService;
  const withWriteAccess = <Q, A>(method: MethodCodec<Q, A>, answer: (request: Q) => Promise<A>) =>
    unary(method, (request, { headers }) => {
      assertWritable(access, headers);
      return answer(request);
    });
  const withReadAccess = <Q, A>(method: MethodCodec<Q, A>, answer: (request: Q) => Promise<A>) =>
    unary(method, (request, { headers }) => {
      assertReadable(access, headers);
      return answer(request);
    });
  return {
    read: persistentReadHandler(context, subscriptions),
    create: withWriteAccess(methods.create, async (request) => {
      await subscriptions.create(createdGroup(parseFilterRequest(messages.CreateReq, request)));
      return new messages.CreateResp();
    }),
    update: withWriteAccess(methods.update, async (request) => {
      await subscriptions.update(updatedGroup(request));
      return new messages.UpdateResp();
    }),
    delete: withWriteAccess(methods.delete, async (request) => {
      const { source, group } = addressOf(request.getOptions());
      await subscriptions.delete(source, group);
      return new messages.DeleteResp();
    }),
    replayParked: withWriteAccess(methods.replayParked, async (request) => {
      const options = request.getOptions();
      const { source, group } = addressOf(options);
      const stopAt = options?.hasStopAt() ? BigInt(options.getStopAt()) : undefined;
      await subscriptions.group(source, group).replayParked(stopAt);
      return new messages.ReplayParkedResp();
    }),
    restartSubsystem: withWriteAccess(methods.restartSubsystem, async () => {
      await subscriptions.restart();
      return new shared.Empty();
    }),
    getInfo: withReadAccess(methods.getInfo, async (request) => {
      const { source, group } = addressOf(request.getOptions());
      const answer = new messages.GetInfoResp();
      answer.setSubscriptionInfo(await groupInfo(subscriptions.group(source, group), Date.now()));
      return answer;
    }),
    list: withReadAccess(methods.list, async (request) => {
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
