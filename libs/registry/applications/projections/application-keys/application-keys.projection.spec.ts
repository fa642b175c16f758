import { givenEvents, minute, ORGANIZATION } from '../../../../../test/support/projection.js';
import type { ApplicationEvent } from '../../application.events.js';
import { applicationKeysProjection } from './application-keys.projection.js';

const key = {
  appId: '1001',
  projectId: '2001',
  clientId: '3001',
  expirationDate: '9999-12-31T23:59:59.000Z',
  publicKey: 'the public half',
};
const added: ApplicationEvent = { type: 'ApplicationKeyAdded', data: { ...key, keyId: '4001', keyType: 'json' } };

describe('application keys', () => {
  it('have the application, the expiration and the public half of a key', () => {
    givenEvents(applicationKeysProjection, added).thenDocument('4001', {
      id: '4001',
      type: 'json',
      ...key,
      details: { sequence: '1', creationDate: minute(0), changeDate: minute(0), resourceOwner: ORGANIZATION },
    });
  });

  it('have no document for a removed key', () => {
    givenEvents(applicationKeysProjection, added, {
      type: 'ApplicationKeyRemoved',
      data: { appId: '1001', keyId: '4001' },
    }).thenRemoved('4001');
  });
});
