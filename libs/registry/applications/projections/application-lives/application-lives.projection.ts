import { ignore, projection } from '#libs/engine/projector/projection.js';
import type { LifeDocument } from '#libs/registry/shared/past/life.document.js';
import { beginningLife, endingLife } from '#libs/registry/shared/past/life-steps.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { appId } from '../app-id.js';
import { applicationLivesCollection } from './application-lives.document.js';

/** One document for each application, which remains when the application is removed. */
export const applicationLivesProjection = projection<LifeDocument, ApplicationEvent>({
  collection: applicationLivesCollection,
  version: 1,
  streamPrefixes: [applicationStream('')],
  table: {
    ApplicationAdded: beginningLife(appId, ({ data }) => data.projectId),
    ApplicationRemoved: endingLife(appId),
    ApplicationChanged: ignore,
    ApplicationDeactivated: ignore,
    ApplicationReactivated: ignore,
    ApiConfigAdded: ignore,
    ApiConfigChanged: ignore,
    ApiSecretChanged: ignore,
    SecretAdded: ignore,
    SecretDisabled: ignore,
    SecretEnabled: ignore,
    SecretExpiring: ignore,
    SecretExpired: ignore,
    SecretRemoved: ignore,
    ApplicationKeyAdded: ignore,
    ApplicationKeyRegistered: ignore,
    ApplicationKeyRemoved: ignore,
    JwksUriSet: ignore,
    JwksUriRemoved: ignore,
    CreationAbandoned: ignore,
    RenameAbandoned: ignore,
  },
});
