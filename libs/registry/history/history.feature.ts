import { adminService, historyService, managementService } from '#libs/registry/contract/services.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { ChangesRpc } from './changes.rpc.js';
import { EventsRpc } from './events.rpc.js';
import { HistoryRpc } from './history.rpc.js';
import { DiffApplicationHandler } from './queries/diff-application/diff-application.handler.js';
import { DiffProjectHandler } from './queries/diff-project/diff-project.handler.js';
import { GetApplicationStateHandler } from './queries/get-application-state/get-application-state.handler.js';
import { GetProjectStateHandler } from './queries/get-project-state/get-project-state.handler.js';
import { ListAppChangesHandler } from './queries/list-app-changes/list-app-changes.handler.js';
import { ListApplicationHistoryHandler } from './queries/list-application-history/list-application-history.handler.js';
import { ListEventsHandler } from './queries/list-events/list-events.handler.js';
import { ListProjectChangesHandler } from './queries/list-project-changes/list-project-changes.handler.js';
import { ListProjectHistoryHandler } from './queries/list-project-history/list-project-history.handler.js';
import { Streams } from './queries/support/streams.js';

/** History: queries that the events themselves answer. */
export const historyFeature: Feature = {
  name: 'history',
  providers: [
    Streams,
    ListAppChangesHandler,
    ListEventsHandler,
    ListProjectChangesHandler,
    DiffApplicationHandler,
    GetApplicationStateHandler,
    ListApplicationHistoryHandler,
    DiffProjectHandler,
    GetProjectStateHandler,
    ListProjectHistoryHandler,
  ],
  services: [managementService, adminService, historyService],
  calls: [ChangesRpc, EventsRpc, HistoryRpc],
  groups: {
    Events: 'Who changed what, and when.',
    History: 'Projects and applications in the course of time, those that have been removed included.',
  },
  permissions: { 'events.read': ['IAM_OWNER', 'IAM_OWNER_VIEWER'] },
  fieldExamples: {
    aggregateId: '228204399198372864',
    resourceOwnerId: '228204398345880577',
    userId: '228204398345880578',
    editorId: '228204398345880578',
    editorUserId: '228204398345880578',
  },
};
