import type { DescMethodUnary } from '@bufbuild/protobuf';
import { AdminService } from '@zitadel/proto/zitadel/admin_pb.js';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';

/** The services of the contract and where REST finds them. Every call of them has an answer; see {@link servedCalls}. */
export const contractServices = [
  { service: ManagementService, restPrefix: '/management/v1' },
  { service: AdminService, restPrefix: '/admin/v1' },
] as const;

const management = ManagementService.method;
const admin = AdminService.method;

/** The calls that Appledger promises to serve; every other call of the two services answers UNIMPLEMENTED. */
export const servedCalls: readonly DescMethodUnary[] = [
  management.healthz,
  management.addProject,
  management.getProjectByID,
  management.listProjects,
  management.updateProject,
  management.deactivateProject,
  management.reactivateProject,
  management.removeProject,
  management.listProjectChanges,
  management.addAPIApp,
  management.getAppByID,
  management.listApps,
  management.listAppChanges,
  management.updateApp,
  management.updateAPIAppConfig,
  management.regenerateAPIClientSecret,
  management.deactivateApp,
  management.reactivateApp,
  management.removeApp,
  management.addAppKey,
  management.getAppKey,
  management.listAppKeys,
  management.removeAppKey,
  admin.listEvents,
  admin.listEventTypes,
  admin.listAggregateTypes,
];
