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
  HistoryService,
  type ListApplicationHistoryRequest,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { features } from '#libs/registry/features.js';
import { pagesOfStore } from '#libs/registry/feed/pages-of-store.js';
import { AggregatePasts, type AggregatePlace } from '#libs/registry/shared/past/aggregate-pasts.js';
import { changeMessage, diffMessage, stateMessage } from '#libs/registry/shared/past/past-messages.js';
import { Points } from '#libs/registry/shared/past/points.js';
import { Page } from '#libs/registry/shared/queries/list.js';
import { listDetails } from '#libs/registry/shared/rpc/answers.js';

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
  const history = async (place: AggregatePlace, query: ListApplicationHistoryRequest['query']) => {
    const listed = await pasts.history(place, new Page(query));
    return { details: listDetails(listed), result: listed.documents.map((one) => changeMessage(one, publicEvents)) };
  };
  const state = async (place: AggregatePlace, at: string) => ({
    state: stateMessage(await pasts.state(place, { field: 'at', text: at })),
  });
  const diff = async (place: AggregatePlace, from: string, to: string) => ({
    diff: diffMessage(await pasts.diff(place, { field: 'from', text: from }, { field: 'to', text: to })),
  });
  const { method } = HistoryService;
  return new Map([
    entry(method.listApplicationHistory, ({ applicationId, query }) => history(application(applicationId), query)),
    entry(method.listProjectHistory, ({ projectId, query }) => history(project(projectId), query)),
    entry(method.getApplicationState, ({ applicationId, at }) => state(application(applicationId), at)),
    entry(method.getProjectState, ({ projectId, at }) => state(project(projectId), at)),
    entry(method.diffApplication, ({ applicationId, from, to }) => diff(application(applicationId), from, to)),
    entry(method.diffProject, ({ projectId, from, to }) => diff(project(projectId), from, to)),
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

function application(id: string): AggregatePlace {
  return { aggregateType: 'application', id, organization: undefined };
}

function project(id: string): AggregatePlace {
  return { aggregateType: 'project', id, organization: undefined };
}
