import { given } from '../../../test/support/decider.js';
import { applicationDecider } from './application.decide.js';
import type { ApplicationEvent } from './application.events.js';
import type { AddAppKey } from './application-keys.js';

const appId = '1001';
const signer: readonly ApplicationEvent[] = [
  { type: 'ApplicationAdded', data: { appId, projectId: '2001', name: 'Signer' } },
  { type: 'ApiConfigAdded', data: { appId, clientId: '3001', authMethod: 'privateKeyJwt' } },
];
const becomesBasic: ApplicationEvent = { type: 'ApiConfigChanged', data: { appId, authMethod: 'basic' } };
const removed: ApplicationEvent = { type: 'ApplicationRemoved', data: { appId } };

const now = Date.UTC(2026, 0, 1);
const add: AddAppKey = {
  type: 'AddAppKey',
  appId,
  keyId: '4001',
  keyType: 'json',
  publicKey: 'the public half',
  expiresAt: now + 1,
  now,
};
const added: ApplicationEvent = {
  type: 'ApplicationKeyAdded',
  data: {
    appId,
    projectId: '2001',
    clientId: '3001',
    keyId: '4001',
    keyType: 'json',
    expirationDate: '2026-01-01T00:00:00.001Z',
    publicKey: 'the public half',
  },
};

describe('AddAppKey', () => {
  it('adds the public half, with the application and the expiration', () => {
    given(applicationDecider, ...signer)
      .when(add)
      .thenEvents(added);
  });

  it('refuses a key that has expired', () => {
    given(applicationDecider, ...signer)
      .when({ ...add, expiresAt: now })
      .thenRefused('COMMAND-5xP1d');
  });

  it('refuses a client that has a secret, whatever the key', () => {
    given(applicationDecider, ...signer, becomesBasic)
      .when({ ...add, expiresAt: now })
      .thenRefused('COMMAND-Dff54');
  });

  it('refuses an application that is not an API client', () => {
    given(applicationDecider, ...signer.slice(0, 1))
      .when(add)
      .thenRefused('COMMAND-Dff54');
  });

  it('refuses an application that does not exist', () => {
    given(applicationDecider).when(add).thenRefused('COMMAND-sak25');
    given(applicationDecider, ...signer, removed)
      .when(add)
      .thenRefused('COMMAND-sak25');
  });
});

describe('RemoveAppKey', () => {
  const remove = { type: 'RemoveAppKey', appId, keyId: '4001' } as const;
  const keyRemoved: ApplicationEvent = { type: 'ApplicationKeyRemoved', data: { appId, keyId: '4001' } };

  it('removes a key once', () => {
    given(applicationDecider, ...signer, added)
      .when(remove)
      .thenEvents(keyRemoved);
    given(applicationDecider, ...signer, added, keyRemoved)
      .when(remove)
      .thenRefused('COMMAND-4m77G');
  });

  it('removes a key that is not accepted now, because the client has a secret', () => {
    given(applicationDecider, ...signer, added, becomesBasic)
      .when(remove)
      .thenEvents(keyRemoved);
  });

  it('refuses a key of an application that does not exist', () => {
    given(applicationDecider).when(remove).thenRefused('COMMAND-4m77G');
    given(applicationDecider, ...signer, added, removed)
      .when(remove)
      .thenRefused('COMMAND-4m77G');
  });
});
