import { givenEvents, minute, ORGANIZATION } from '../../../../../test/support/projection.js';
import type { ApplicationEvent } from '../../application.events.js';
import { applicationsProjection } from './applications.projection.js';

const added: ApplicationEvent = {
  type: 'ApplicationAdded',
  data: { appId: '1001', projectId: '2001', name: 'Übersicht' },
};
const configured: ApplicationEvent = {
  type: 'ApiConfigAdded',
  data: {
    appId: '1001',
    clientId: '3001',
    authMethod: 'basic',
    secretId: '5001',
    secretHash: '$sha256$salt$hash',
    secretHint: 'hint',
  },
};

describe('applications', () => {
  it('has an application after it was added and configured, with the version and the times of its stream', () => {
    givenEvents(applicationsProjection, added, configured).thenDocument('1001', {
      id: '1001',
      projectId: '2001',
      name: 'Übersicht',
      nameFolded: 'übersicht',
      nameComparable: 'übersicht',
      state: 'active',
      api: { clientId: '3001', authMethod: 'basic' },
      details: {
        sequence: '2',
        creationDate: minute(0),
        changeDate: minute(1),
        resourceOwner: ORGANIZATION,
      },
    });
  });

  it('has an application without an API after its first event alone', () => {
    givenEvents(applicationsProjection, added).thenDocument('1001', {
      id: '1001',
      projectId: '2001',
      name: 'Übersicht',
      nameFolded: 'übersicht',
      nameComparable: 'übersicht',
      state: 'active',
      details: { sequence: '1', creationDate: minute(0), changeDate: minute(0), resourceOwner: ORGANIZATION },
    });
  });

  it('has no document for names, projects and applications that were never created', () => {
    givenEvents(
      applicationsProjection,
      { type: 'NameReserved', data: { name: 'Portal', owner: '1001' } },
      { type: 'CreationAbandoned', data: { owner: '1001' } },
    ).thenNothing();
  });

  it('refuses a configuration without an application', () => {
    expect(() => givenEvents(applicationsProjection, configured)).toThrow(
      /ApiConfigAdded in stream application-1 at position 100 cannot be projected.*before the event that creates/,
    );
  });

  it('has each change, with its version and time', () => {
    givenEvents(
      applicationsProjection,
      added,
      configured,
      { type: 'ApplicationChanged', data: { appId: '1001', name: 'Portal' } },
      { type: 'ApplicationDeactivated', data: { appId: '1001' } },
      { type: 'ApiConfigChanged', data: { appId: '1001', authMethod: 'privateKeyJwt' } },
    ).thenDocument('1001', {
      id: '1001',
      projectId: '2001',
      name: 'Portal',
      nameFolded: 'portal',
      nameComparable: 'portal',
      state: 'inactive',
      api: { clientId: '3001', authMethod: 'privateKeyJwt' },
      details: { sequence: '5', creationDate: minute(0), changeDate: minute(4), resourceOwner: ORGANIZATION },
    });
  });

  it('has the version and the time of a change whose content it does not have', () => {
    givenEvents(
      applicationsProjection,
      added,
      { type: 'ApplicationDeactivated', data: { appId: '1001' } },
      { type: 'ApplicationReactivated', data: { appId: '1001' } },
      {
        type: 'ApiSecretChanged',
        data: { appId: '1001', secretId: '5002', secretHash: '$sha256$salt$other', secretHint: 'next' },
      },
      { type: 'RenameAbandoned', data: { owner: '1001', name: 'portal' } },
    ).thenDocument('1001', {
      id: '1001',
      projectId: '2001',
      name: 'Übersicht',
      nameFolded: 'übersicht',
      nameComparable: 'übersicht',
      state: 'active',
      details: { sequence: '5', creationDate: minute(0), changeDate: minute(4), resourceOwner: ORGANIZATION },
    });
  });

  it('has no document for a removed application', () => {
    givenEvents(applicationsProjection, added, configured, {
      type: 'ApplicationRemoved',
      data: { appId: '1001' },
    }).thenRemoved('1001');
  });
});
