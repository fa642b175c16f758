import { givenEvents, minute, ORGANIZATION } from '../../../../../test/support/projection.js';
import type { ProjectEvent } from '../../project.events.js';
import { projectsProjection } from './projects.projection.js';

const plain: ProjectEvent = {
  type: 'ProjectAdded',
  data: {
    projectId: '2001',
    name: 'Shop',
    projectRoleAssertion: false,
    projectRoleCheck: false,
    hasProjectCheck: false,
    privateLabelingSetting: 'unspecified',
  },
};

describe('projects', () => {
  it('has a project with every setting', () => {
    givenEvents(projectsProjection, {
      type: 'ProjectAdded',
      data: {
        projectId: '2001',
        name: 'SHOP',
        projectRoleAssertion: true,
        projectRoleCheck: false,
        hasProjectCheck: true,
        privateLabelingSetting: 'allowLoginUserResourceOwnerPolicy',
      },
    }).thenDocument('2001', {
      id: '2001',
      name: 'SHOP',
      nameFolded: 'shop',
      nameComparable: 'shop',
      projectRoleAssertion: true,
      projectRoleCheck: false,
      hasProjectCheck: true,
      privateLabelingSetting: 'allowLoginUserResourceOwnerPolicy',
      state: 'active',
      details: { sequence: '1', creationDate: minute(0), changeDate: minute(0), resourceOwner: ORGANIZATION },
    });
  });

  it('has no document for names, and for projects that were never created', () => {
    givenEvents(
      projectsProjection,
      { type: 'NameReserved', data: { name: 'Shop', owner: '2001' } },
      { type: 'CreationAbandoned', data: { owner: '2001' } },
    ).thenNothing();
  });

  it('has each change, and keeps the other settings', () => {
    givenEvents(
      projectsProjection,
      plain,
      { type: 'ProjectChanged', data: { projectId: '2001', hasProjectCheck: true } },
      { type: 'ProjectChanged', data: { projectId: '2001', name: 'Web SHOP' } },
      { type: 'ProjectDeactivated', data: { projectId: '2001' } },
    ).thenDocument('2001', {
      id: '2001',
      name: 'Web SHOP',
      nameFolded: 'web shop',
      nameComparable: 'web shop',
      projectRoleAssertion: false,
      projectRoleCheck: false,
      hasProjectCheck: true,
      privateLabelingSetting: 'unspecified',
      state: 'inactive',
      details: { sequence: '4', creationDate: minute(0), changeDate: minute(3), resourceOwner: ORGANIZATION },
    });
  });

  it('has no document for a removed project', () => {
    givenEvents(
      projectsProjection,
      plain,
      { type: 'ProjectDeactivated', data: { projectId: '2001' } },
      { type: 'ProjectReactivated', data: { projectId: '2001' } },
      { type: 'ProjectRemoved', data: { projectId: '2001' } },
    ).thenRemoved('2001');
  });
});
