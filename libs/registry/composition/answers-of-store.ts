import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromJson,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { type AskRequest, OperationError, type OperationResult } from '#libs/engine/operations/operation.js';
import { PastStreams } from '#libs/engine/past/past-streams.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import {
  type DiffApplicationRequest,
  type GetApplicationStateRequest,
  HistoryService,
  type ListApplicationHistoryRequest,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { features } from '#libs/registry/features.js';
import { pagesOfStore } from '#libs/registry/feed/pages-of-store.js';
import { AggregatePasts, type AggregatePlace } from '#libs/registry/shared/past/aggregate-pasts.js';
import { diffMessage, historyMessage, stateMessage } from '#libs/registry/shared/past/past-messages.js';
import { Points } from '#libs/registry/shared/past/points.js';
import { Page } from '#libs/registry/shared/queries/list.js';

type Answer = (request: JsonValue) => Promise<JsonObject>;

/** Answers PullEvents and the calls of HistoryService to an operator, who sees all organizations, out of an event store. */
export function answersOfStore(
  store: EventStore,
  identity: LogIdentity,
): (request: AskRequest) => Promise<OperationResult> {
  const { codec, publicEvents } = features;
  const pages = pagesOfStore({ store, identity, codec, publicEvents });
  const answers = new Map([...pastAnswers(store), entry(EventService.method.pullEvents, pages)]);
  return async ({ call, request }) => {
    const answer = answers.get(call);
    if (answer === undefined) throw new OperationError(`the process that is using the stores does not know ${call}`);
    try {
      return { lines: [], ok: true, data: await answer(request as JsonValue) };
    } catch (error) {
      throw error instanceof ContractError ? new OperationError(error.message, { cause: error }) : error;
    }
  };
}

function pastAnswers(store: EventStore): ReadonlyMap<string, Answer> {
  const { codec, publicEvents, views } = features;
  const streams = new PastStreams(store, codec);
  const points = new Points(store, codec, systemClock);
  const pasts = new AggregatePasts(streams, points, views, publicEvents, systemClock);
  const history = async (place: AggregatePlace, { query }: Pick<ListApplicationHistoryRequest, 'query'>) =>
    historyMessage(await pasts.history(place, 'operator', new Page(query)), publicEvents);
  const state = async (place: AggregatePlace, { at }: Pick<GetApplicationStateRequest, 'at'>) => ({
    state: stateMessage(await pasts.state(place, 'operator', at)),
  });
  const diff = async (place: AggregatePlace, request: Pick<DiffApplicationRequest, 'from' | 'to'>) => ({
    diff: diffMessage(await pasts.diff(place, 'operator', request)),
  });
  const { method } = HistoryService;
  return new Map([
    entry(method.listApplicationHistory, (request) => history(application(request), request)),
    entry(method.listProjectHistory, (request) => history(project(request), request)),
    entry(method.listWebhookHistory, (request) => history(webhook(request), request)),
    entry(method.getApplicationState, (request) => state(application(request), request)),
    entry(method.getProjectState, (request) => state(project(request), request)),
    entry(method.getWebhookState, (request) => state(webhook(request), request)),
    entry(method.diffApplication, (request) => diff(application(request), request)),
    entry(method.diffProject, (request) => diff(project(request), request)),
    entry(method.diffWebhook, (request) => diff(webhook(request), request)),
  ]);
}

function entry<I extends DescMessage, O extends DescMessage>(
  { name, input, output }: DescMethodUnary<I, O>,
  answer: (request: MessageShape<I>) => Promise<MessageInitShape<O>>,
): readonly [string, Answer] {
  return [
    name,
    async (request) => toJson(output, create(output, await answer(fromJson(input, request)))) as JsonObject,
  ];
}

function application({ applicationId: id }: { readonly applicationId: string }): AggregatePlace {
  return { aggregateType: 'application', id };
}

function project({ projectId: id }: { readonly projectId: string }): AggregatePlace {
  return { aggregateType: 'project', id };
}

function webhook({ webhookId: id }: { readonly webhookId: string }): AggregatePlace {
  return { aggregateType: 'webhook', id };
}
