import type { MessageInitShape } from '@bufbuild/protobuf';
import { type ProjectSchema, ProjectState } from '@zitadel/proto/zitadel/project_pb.js';
import { perDocument, readDetails } from '#libs/registry/shared/rpc/answers.js';
import { privateLabelingSettings } from './enum-words.js';
import type { ProjectDocument } from './projections/projects/projects.document.js';

const projectStates: Readonly<Record<ProjectDocument['state'], ProjectState>> = {
  active: ProjectState.ACTIVE,
  inactive: ProjectState.INACTIVE,
};

/** A project as the contract answers it, with every setting as it was set. */
export const projectMessage = perDocument((document: ProjectDocument): MessageInitShape<typeof ProjectSchema> => {
  const { id, name, state, projectRoleAssertion, projectRoleCheck, hasProjectCheck, details } = document;
  return {
    id,
    name,
    state: projectStates[state],
    details: readDetails(details),
    projectRoleAssertion,
    projectRoleCheck,
    hasProjectCheck,
    privateLabelingSetting: privateLabelingSettings.answered(document.privateLabelingSetting),
  };
});
