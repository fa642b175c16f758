import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type AppSchema, AppState } from '@zitadel/proto/zitadel/app_pb.js';
import type { KeySchema } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import type { ListDetailsSchema, ObjectDetailsSchema } from '@zitadel/proto/zitadel/object_pb.js';
import { type ProjectSchema, ProjectState } from '@zitadel/proto/zitadel/project_pb.js';
import { unchanging } from '#libs/engine/rpc/json/kept-text.js';
import { authMethods, keyTypes } from '#libs/registry/applications/enum-words.js';
import type { ApplicationKeyDocument } from '#libs/registry/applications/projections/application-keys/application-keys.document.js';
import type { ApplicationDocument } from '#libs/registry/applications/projections/applications/applications.document.js';
import { privateLabelingSettings } from '#libs/registry/projects/enum-words.js';
import type { ProjectDocument } from '#libs/registry/projects/projections/projects/projects.document.js';
import type { Details } from '../commands/details.js';
import type { Listed } from '../queries/list.js';

type DetailsMessage = MessageInitShape<typeof ObjectDetailsSchema>;

/** Makes the message of each document once: documents do not change, and a store that keeps them answers the same ones. */
function perDocument<Document extends object, Message extends object>(
  make: (document: Document) => Message,
): (document: Document) => Message {
  const made = new WeakMap<Document, Message>();
  return (document) => {
    let message = made.get(document);
    if (message === undefined) {
      message = unchanging(make(document));
      made.set(document, message);
    }
    return message;
  };
}

/** The details of something that has just been created. */
export function createdDetails({ sequence, changedAt, resourceOwner }: Details): DetailsMessage {
  const at = timestampFromMs(changedAt);
  return { sequence, creationDate: at, changeDate: at, resourceOwner };
}

/** The details of something that has been changed: the contract leaves out when it was created. */
export function changedDetails({ sequence, changedAt, resourceOwner }: Details): DetailsMessage {
  return { sequence, changeDate: timestampFromMs(changedAt), resourceOwner };
}

/** An application as the contract answers it. */
export const appMessage = perDocument((document: ApplicationDocument): MessageInitShape<typeof AppSchema> => {
  const { id, name, state, api, details } = document;
  return {
    id,
    name,
    state: appStates[state],
    details: readDetails(details),
    ...(api && {
      config: {
        case: 'apiConfig' as const,
        value: { clientId: api.clientId, authMethodType: authMethods.answered(api.authMethod) },
      },
    }),
  };
});

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

/** What holds for a list as a whole; the sequence is how far the documents are in $all. */
export function listDetails({ total, position, viewTime }: Listed<object>): MessageInitShape<typeof ListDetailsSchema> {
  return {
    totalResult: BigInt(total),
    processedSequence: position < 0n ? 0n : position,
    ...(viewTime !== undefined && { viewTimestamp: timestampFromMs(viewTime) }),
  };
}

/** A key of an application as the contract answers it: neither of its halves. */
export function keyMessage({ id, type, expirationDate, details }: ApplicationKeyDocument) {
  return {
    id,
    type: keyTypes.answered(type),
    expirationDate: timestampFromMs(Date.parse(expirationDate)),
    details: readDetails(details),
  } satisfies MessageInitShape<typeof KeySchema>;
}

const appStates: Readonly<Record<ApplicationDocument['state'], AppState>> = {
  active: AppState.ACTIVE,
  inactive: AppState.INACTIVE,
};

const projectStates: Readonly<Record<ProjectDocument['state'], ProjectState>> = {
  active: ProjectState.ACTIVE,
  inactive: ProjectState.INACTIVE,
};

function readDetails(details: ApplicationDocument['details']): DetailsMessage {
  return {
    sequence: BigInt(details.sequence),
    creationDate: timestampFromMs(Date.parse(details.creationDate)),
    changeDate: timestampFromMs(Date.parse(details.changeDate)),
    resourceOwner: details.resourceOwner,
  };
}
