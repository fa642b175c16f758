import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type Change,
  type Diff,
  HistoryService,
  type State,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import type { ListDetails, ListQuerySchema } from '#libs/registry/contract/gen/appledger/v1/list_pb.js';
import type { RemoteServer } from '../calls/remote-server.js';
import { UsageError } from '../usage-error.js';

/** A server, or an event store by itself. */
export type PastSource = Pick<RemoteServer, 'call'>;

/** A page of changes. The answers about every kind of aggregate have these fields. */
export interface HistoryPage {
  readonly details?: ListDetails;
  readonly result: Change[];
}

/** The calls on the past of one kind of aggregate. */
export interface PastCalls {
  history(source: PastSource, id: string, query: MessageInitShape<typeof ListQuerySchema>): Promise<HistoryPage>;
  state(source: PastSource, id: string, at: string): Promise<{ readonly state?: State }>;
  diff(
    source: PastSource,
    id: string,
    points: { readonly from: string; readonly to: string },
  ): Promise<{ readonly diff?: Diff }>;
}

const { method } = HistoryService;

const ofApplications: PastCalls = {
  history: (source, applicationId, query) => source.call(method.listApplicationHistory, { applicationId, query }),
  state: (source, applicationId, at) => source.call(method.getApplicationState, { applicationId, at }),
  diff: (source, applicationId, points) => source.call(method.diffApplication, { applicationId, ...points }),
};

const ofProjects: PastCalls = {
  history: (source, projectId, query) => source.call(method.listProjectHistory, { projectId, query }),
  state: (source, projectId, at) => source.call(method.getProjectState, { projectId, at }),
  diff: (source, projectId, points) => source.call(method.diffProject, { projectId, ...points }),
};

const ofWebhooks: PastCalls = {
  history: (source, webhookId, query) => source.call(method.listWebhookHistory, { webhookId, query }),
  state: (source, webhookId, at) => source.call(method.getWebhookState, { webhookId, at }),
  diff: (source, webhookId, points) => source.call(method.diffWebhook, { webhookId, ...points }),
};

/** The options that say what an id is of; without them, it is that of an application. */
export const kindOptions = { project: { type: 'boolean' }, webhook: { type: 'boolean' } } as const;

/** The calls for the kind that the options name. @throws UsageError they name two */
export function callsOfKind({ project = false, webhook = false }: { project?: boolean; webhook?: boolean }): PastCalls {
  if (project && webhook) throw new UsageError('--project and --webhook exclude each other: ID is that of one of them');
  if (webhook) return ofWebhooks;
  return project ? ofProjects : ofApplications;
}
