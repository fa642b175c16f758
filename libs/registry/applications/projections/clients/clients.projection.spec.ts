import { givenEvents, minute, ORGANIZATION } from '../../../../../test/support/projection.js';
import type { ApplicationEvent } from '../../application.events.js';
import type { ClientDocument } from './clients.document.js';
import { clientsProjection } from './clients.projection.js';

const appId = '1001';
const added: ApplicationEvent = { type: 'ApplicationAdded', data: { appId, projectId: '2001', name: 'Portal' } };
const configured: ApplicationEvent = {
  type: 'ApiConfigAdded',
  data: {
    appId,
    clientId: '3001',
    authMethod: 'basic',
    secretId: '5001',
    secretHash: '$sha256$salt$hash',
    secretHint: 'hint',
  },
};
const regenerated = { secretId: '5002', secretHash: '$sha256$salt$other', secretHint: 'next' };
const becomes = (authMethod: 'basic' | 'privateKeyJwt'): ApplicationEvent => ({
  type: 'ApiConfigChanged',
  data: { appId, authMethod },
});
const ofSecret = (type: 'SecretDisabled' | 'SecretEnabled' | 'SecretRemoved'): ApplicationEvent => ({
  type,
  data: { appId, secretId: '5001' },
});

/** The document after as many events, with the secrets that a fact states. */
const client = (events: number, ...secrets: ClientDocument['secrets']): ClientDocument => ({
  id: appId,
  projectId: '2001',
  state: 'active',
  clientId: '3001',
  authMethod: 'basic',
  secrets,
  details: {
    sequence: String(events),
    creationDate: minute(0),
    changeDate: minute(events - 1),
    resourceOwner: ORGANIZATION,
  },
});

/** A secret whose event was the n-th, from 0. */
const secret = (n: number, changes: Partial<ClientDocument['secrets'][number]> = {}) => ({
  secretId: '5001',
  hash: '$sha256$salt$hash',
  hint: 'hint',
  name: '',
  createdAt: Date.parse(minute(n)),
  createdBy: { user: '69629023906488335' },
  disabled: false,
  replaced: false,
  ...changes,
});
const next = (n: number) => secret(n, { secretId: '5002', hash: '$sha256$salt$other', hint: 'next' });

describe('clients', () => {
  it('have the credentials of a client', () => {
    givenEvents(clientsProjection, added, configured).thenDocument(appId, client(2, secret(1)));
  });

  it('have only the newest secret when it replaces the others at once', () => {
    givenEvents(clientsProjection, added, configured, {
      type: 'ApiSecretChanged',
      data: { appId, ...regenerated },
    }).thenDocument(appId, client(3, next(2)));
  });

  it('keep former secrets until the end of the overlap, or until their own earlier expiry', () => {
    const early: ApplicationEvent = {
      type: 'SecretAdded',
      data: {
        appId,
        secretId: '5003',
        name: 'Billing',
        secretHash: '$hash',
        secretHint: 'more',
        addedAt: minute(2),
        expiresAt: minute(10),
      },
    };
    const kept = { secretId: '5003', name: 'Billing', hash: '$hash', hint: 'more', replaced: true };
    givenEvents(clientsProjection, added, configured, early, {
      type: 'ApiSecretChanged',
      data: { appId, ...regenerated, changedAt: minute(3), formerSecretsEndAt: minute(20) },
    }).thenDocument(appId, {
      ...client(
        4,
        secret(1, { replaced: true, expiresAt: Date.parse(minute(20)), expirySetAt: Date.parse(minute(3)) }),
        secret(2, { ...kept, expiresAt: Date.parse(minute(10)), expirySetAt: Date.parse(minute(2)) }),
        next(3),
      ),
      notice: { awaited: 'yes', at: minute(10) },
    });
  });

  describe('await the next notice of the expiry of their secrets', () => {
    const inDays = (days: number) => new Date(Date.parse(minute(2)) + days * 86_400_000).toISOString();
    const adds = (secretId: string, expiresAt?: string): ApplicationEvent => ({
      type: 'SecretAdded',
      data: { appId, secretId, name: secretId, secretHash: '$hash', secretHint: 'more', addedAt: minute(2), expiresAt },
    });
    const expiring = (days: number): ApplicationEvent => ({
      type: 'SecretExpiring',
      data: { appId, secretId: '5004', days, expiresAt: inDays(40) },
    });
    const expired: ApplicationEvent = {
      type: 'SecretExpired',
      data: { appId, secretId: '5004', expiresAt: inDays(40) },
    };
    const removed: ApplicationEvent = { type: 'SecretRemoved', data: { appId, secretId: '5004' } };

    it.each<[string, readonly ApplicationEvent[], string | undefined]>([
      ['none for secrets that do not expire', [adds('5004')], undefined],
      ['30 days before it', [adds('5004', inDays(40))], inDays(10)],
      ['7 days before it where it lives for 10', [adds('5004', inDays(10))], inDays(3)],
      ['the expiry itself where it lives for an hour', [adds('5004', minute(62))], minute(62)],
      ['7 days before it after that of 30', [adds('5004', inDays(40)), expiring(30)], inDays(33)],
      [
        '1 day before it after that of 7, whether that of 30 was noted or not',
        [adds('5004', inDays(40)), expiring(7)],
        inDays(39),
      ],
      ['the expiry itself at last', [adds('5004', inDays(40)), expiring(30), expiring(7), expiring(1)], inDays(40)],
      ['none after the expiry', [adds('5004', inDays(40)), expired], undefined],
      ['none of a secret that was removed', [adds('5004', inDays(40)), removed], undefined],
      ['none with a method without secrets', [adds('5004', inDays(40)), becomes('privateKeyJwt')], undefined],
      ['the earliest of several', [adds('5004', inDays(40)), adds('5005', inDays(20))], inDays(10)],
      ['that of the other secret', [adds('5004', inDays(40)), adds('5005', inDays(20)), expired], inDays(13)],
    ])('%s', (_, events, at) => {
      const [document] = givenEvents(clientsProjection, added, configured, ...events).documents();
      expect(document?.notice).toEqual(at && { awaited: 'yes', at });
    });
  });

  it('have whether a secret is disabled', () => {
    const disabled = ofSecret('SecretDisabled');
    givenEvents(clientsProjection, added, configured, disabled).thenDocument(
      appId,
      client(3, secret(1, { disabled: true })),
    );
    givenEvents(clientsProjection, added, configured, disabled, ofSecret('SecretEnabled')).thenDocument(
      appId,
      client(4, secret(1)),
    );
  });

  it('have no secret that was removed', () => {
    givenEvents(clientsProjection, added, configured, ofSecret('SecretRemoved')).thenDocument(appId, client(3));
  });

  it('remove all secrets permanently with the method that needs them', () => {
    givenEvents(clientsProjection, added, configured, becomes('privateKeyJwt'), becomes('basic')).thenDocument(
      appId,
      client(4),
    );
  });

  it('have the URL of the keys of a client until it is removed', () => {
    const set: ApplicationEvent = { type: 'JwksUriSet', data: { appId, jwksUri: 'https://client.test/jwks' } };
    givenEvents(clientsProjection, added, configured, set).thenDocument(appId, {
      ...client(3, secret(1)),
      jwksUri: 'https://client.test/jwks',
    });
    givenEvents(clientsProjection, added, configured, set, { type: 'JwksUriRemoved', data: { appId } }).thenDocument(
      appId,
      client(4, secret(1)),
    );
  });

  it('have the state of the application', () => {
    const deactivated: ApplicationEvent = { type: 'ApplicationDeactivated', data: { appId } };
    const reactivated: ApplicationEvent = { type: 'ApplicationReactivated', data: { appId } };
    givenEvents(clientsProjection, added, configured, deactivated).thenDocument(appId, {
      ...client(3, secret(1)),
      state: 'inactive',
    });
    givenEvents(clientsProjection, added, configured, deactivated, reactivated).thenDocument(
      appId,
      client(4, secret(1)),
    );
  });

  it('have no document for a removed application', () => {
    givenEvents(clientsProjection, added, configured, {
      type: 'ApplicationRemoved',
      data: { appId },
    }).thenRemoved(appId);
  });
});
