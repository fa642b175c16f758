import { keyService, managementService, secretService } from '#libs/registry/contract/services.js';
import { ownerEvents, reservationEvents } from '#libs/registry/names/index.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { AppKeyMaker } from './app-keys/app-key-maker.js';
import { AppKeysRpc } from './app-keys.rpc.js';
import { applicationEvents, applicationStreams } from './application.events.js';
import { applicationRefusals } from './application.refusals.js';
import { applicationNames } from './application-names.js';
import { StoredApplicationProjects } from './application-projects.js';
import { applicationView } from './application-view.js';
import { ApplicationsRpc } from './applications.rpc.js';
import { ClientKeysRpc } from './client-keys.rpc.js';
import { AddAppKeyHandler } from './commands/add-app-key/add-app-key.handler.js';
import { AddPublicKeyHandler } from './commands/add-public-key/add-public-key.handler.js';
import { AddSecretHandler } from './commands/add-secret/add-secret.handler.js';
import { CreateApiAppHandler } from './commands/create-api-app/create-api-app.handler.js';
import { DeactivateAppHandler } from './commands/deactivate-app/deactivate-app.handler.js';
import { DisableSecretHandler } from './commands/disable-secret/disable-secret.handler.js';
import { EnableSecretHandler } from './commands/enable-secret/enable-secret.handler.js';
import { NoteSecretExpiryHandler } from './commands/note-secret-expiry/note-secret-expiry.handler.js';
import { ReactivateAppHandler } from './commands/reactivate-app/reactivate-app.handler.js';
import { RegenerateApiClientSecretHandler } from './commands/regenerate-api-client-secret/regenerate-api-client-secret.handler.js';
import { RemoveAppHandler } from './commands/remove-app/remove-app.handler.js';
import { RemoveAppKeyHandler } from './commands/remove-app-key/remove-app-key.handler.js';
import { RemoveJwksUriHandler } from './commands/remove-jwks-uri/remove-jwks-uri.handler.js';
import { RemoveSecretHandler } from './commands/remove-secret/remove-secret.handler.js';
import { SetJwksUriHandler } from './commands/set-jwks-uri/set-jwks-uri.handler.js';
import { Applications } from './commands/support/applications.js';
import { SecretsInUse } from './commands/support/secrets-in-use.js';
import { UpdateApiAppConfigHandler } from './commands/update-api-app-config/update-api-app-config.handler.js';
import { UpdateAppHandler } from './commands/update-app/update-app.handler.js';
import { applicationKeysProjection } from './projections/application-keys/application-keys.projection.js';
import { applicationLivesProjection } from './projections/application-lives/application-lives.projection.js';
import { applicationsProjection } from './projections/applications/applications.projection.js';
import { clientsProjection } from './projections/clients/clients.projection.js';
import { GetAppByIdHandler } from './queries/get-app-by-id/get-app-by-id.handler.js';
import { GetAppKeyHandler } from './queries/get-app-key/get-app-key.handler.js';
import { GetJwksUriHandler } from './queries/get-jwks-uri/get-jwks-uri.handler.js';
import { ListAppKeysHandler } from './queries/list-app-keys/list-app-keys.handler.js';
import { ListAppsHandler } from './queries/list-apps/list-apps.handler.js';
import { ListSecretsHandler } from './queries/list-secrets/list-secrets.handler.js';
import { ApplicationLookup } from './queries/support/application-lookup.js';
import { SecretNotices } from './secret-notices.js';
import { SecretsRpc } from './secrets.rpc.js';

const { ApplicationRemoved, ...eventsOfLife } = applicationEvents;

/** Applications: the API clients, their names, secrets, keys and states. */
export const applicationsFeature: Feature = {
  name: 'applications',
  events: applicationEvents,
  streams: [
    {
      ...applicationStreams,
      idText: '<appId>',
      holds: "one application; its version is the application's sequence",
      aggregateType: 'application',
      events: { ...eventsOfLife, ...ownerEvents, ApplicationRemoved },
    },
    {
      ...applicationNames.reservations,
      idText: '<projectId>-<hash>',
      holds: "the reservations of an application's name within a project",
      events: reservationEvents,
    },
  ],
  refusals: applicationRefusals,
  providers: [
    Applications,
    ApplicationLookup,
    AppKeyMaker,
    SecretsInUse,
    StoredApplicationProjects,
    AddAppKeyHandler,
    AddPublicKeyHandler,
    AddSecretHandler,
    CreateApiAppHandler,
    DeactivateAppHandler,
    DisableSecretHandler,
    EnableSecretHandler,
    NoteSecretExpiryHandler,
    SecretNotices,
    ReactivateAppHandler,
    RegenerateApiClientSecretHandler,
    RemoveAppHandler,
    RemoveAppKeyHandler,
    RemoveJwksUriHandler,
    RemoveSecretHandler,
    SetJwksUriHandler,
    UpdateApiAppConfigHandler,
    UpdateAppHandler,
    GetAppByIdHandler,
    GetAppKeyHandler,
    ListAppKeysHandler,
    ListAppsHandler,
    ListSecretsHandler,
    GetJwksUriHandler,
  ],
  work: [SecretNotices],
  projections: [applicationsProjection, applicationKeysProjection, clientsProjection, applicationLivesProjection],
  views: [applicationView],
  services: [managementService, secretService, keyService],
  calls: [ApplicationsRpc, SecretsRpc, AppKeysRpc, ClientKeysRpc],
  groups: {
    Applications: 'The API clients: registering them, their names, secrets and states.',
    Secrets: 'The secrets of applications with BASIC: up to 20 at a time, so that one is replaced without an outage.',
    Keys: 'The keys by which an application with PRIVATE_KEY_JWT says who it is.',
  },
  permissions: {
    'project.app.read': [
      'IAM_OWNER',
      'IAM_OWNER_VIEWER',
      'IAM_ORG_MANAGER',
      'ORG_OWNER',
      'ORG_OWNER_VIEWER',
      'PROJECT_OWNER',
      'PROJECT_OWNER_VIEWER',
      'PROJECT_OWNER_GLOBAL',
      'PROJECT_OWNER_VIEWER_GLOBAL',
    ],
    'project.app.write': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'PROJECT_OWNER', 'PROJECT_OWNER_GLOBAL'],
    'project.app.delete': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'PROJECT_OWNER', 'PROJECT_OWNER_GLOBAL'],
  },
  fieldExamples: {
    appId: '228204399198372864',
    applicationId: '228204399198372864',
    secretId: '228204399198372867',
    hint: 'XKl8',
    jwksUri: 'https://client.example/jwks.json',
    clientId: '228204399198372865',
    keyId: '228204399198372866',
    clientSecret: '889PA8zzCrwUeNSr8srLjYZr7TjvdSj8nicFcVxXKl8',
  },
};
