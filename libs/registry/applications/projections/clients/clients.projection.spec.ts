import { givenEvents } from '../../../../../test/support/projection.js';
import type { ApplicationEvent } from '../../application.events.js';
import { clientsProjection } from './clients.projection.js';

const added: ApplicationEvent = {
  type: 'ApplicationAdded',
  data: { appId: '1001', projectId: '2001', name: 'Portal' },
};
const configured: ApplicationEvent = {
  type: 'ApiConfigAdded',
  data: { appId: '1001', clientId: '3001', authMethod: 'basic', secretHash: '$sha256$salt$hash' },
};
const becomes = (authMethod: 'basic' | 'privateKeyJwt'): ApplicationEvent => ({
  type: 'ApiConfigChanged',
  data: { appId: '1001', authMethod },
});
const client = { id: '1001', projectId: '2001', state: 'active', clientId: '3001', authMethod: 'basic' } as const;

describe('clients', () => {
  it('have the credentials of a client', () => {
    givenEvents(clientsProjection, added, configured).thenDocument('1001', {
      ...client,
      secretHash: '$sha256$salt$hash',
    });
  });

  it('have only the newest secret', () => {
    givenEvents(clientsProjection, added, configured, {
      type: 'ApiSecretChanged',
      data: { appId: '1001', secretHash: '$sha256$salt$other' },
    }).thenDocument('1001', { ...client, secretHash: '$sha256$salt$other' });
  });

  it('remove a secret permanently with the method that needs it', () => {
    givenEvents(clientsProjection, added, configured, becomes('privateKeyJwt'), becomes('basic')).thenDocument(
      '1001',
      client,
    );
  });

  it('have the state of the application', () => {
    const deactivated: ApplicationEvent = { type: 'ApplicationDeactivated', data: { appId: '1001' } };
    givenEvents(clientsProjection, added, deactivated).thenDocument('1001', {
      id: '1001',
      projectId: '2001',
      state: 'inactive',
    });
    givenEvents(clientsProjection, added, deactivated, {
      type: 'ApplicationReactivated',
      data: { appId: '1001' },
    }).thenDocument('1001', { id: '1001', projectId: '2001', state: 'active' });
  });

  it('have no document for a removed application', () => {
    givenEvents(clientsProjection, added, configured, {
      type: 'ApplicationRemoved',
      data: { appId: '1001' },
    }).thenRemoved('1001');
  });
});
