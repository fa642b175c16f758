import { adminService, historyService, managementService } from '#libs/registry/contract/services.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { ChangesRpc } from './changes.rpc.js';
import { EventsRpc } from './events.rpc.js';
import { HistoryRpc } from './history.rpc.js';
import { DiffHandler } from './queries/diff/diff.handler.js';
import { GetStateHandler } from './queries/get-state/get-state.handler.js';
import { ListAppChangesHandler } from './queries/list-app-changes/list-app-changes.handler.js';
import { ListEventsHandler } from './queries/list-events/list-events.handler.js';
import { ListHistoryHandler } from './queries/list-history/list-history.handler.js';
import { ListProjectChangesHandler } from './queries/list-project-changes/list-project-changes.handler.js';
import { Changes } from './queries/support/changes.js';

/** History: queries that the events themselves answer. */
export const historyFeature: Feature = {
  name: 'history',
  providers: [
    Changes,
    ListAppChangesHandler,
    ListEventsHandler,
    ListProjectChangesHandler,
    DiffHandler,
    GetStateHandler,
    ListHistoryHandler,
  ],
  services: [managementService, adminService, historyService],
  calls: [ChangesRpc, EventsRpc, HistoryRpc],
  groups: {
    Events: 'Who changed what, and when.',
    History: 'Projects, applications and webhooks in the course of time, those that have been removed included.',
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
