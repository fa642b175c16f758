import { adminService, managementService } from '#libs/registry/contract/services.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { ChangesRpc } from './changes.rpc.js';
import { EventsRpc } from './events.rpc.js';
import { ListAppChangesHandler } from './queries/list-app-changes/list-app-changes.handler.js';
import { ListEventsHandler } from './queries/list-events/list-events.handler.js';
import { ListProjectChangesHandler } from './queries/list-project-changes/list-project-changes.handler.js';
import { Streams } from './queries/support/streams.js';

/** History: queries that the events themselves answer. */
export const historyFeature: Feature = {
  name: 'history',
  providers: [Streams, ListAppChangesHandler, ListEventsHandler, ListProjectChangesHandler],
  services: [managementService, adminService],
  calls: [ChangesRpc, EventsRpc],
  groups: { Events: 'Who changed what, and when.' },
  permissions: { 'events.read': ['IAM_OWNER', 'IAM_OWNER_VIEWER'] },
  fieldExamples: {
    aggregateId: '228204399198372864',
    resourceOwnerId: '228204398345880577',
    userId: '228204398345880578',
    editorId: '228204398345880578',
    editorUserId: '228204398345880578',
  },
};
