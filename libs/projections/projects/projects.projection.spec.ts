import { givenEvents, minute, ORGANIZATION } from '../../../test/support/projection.js';
import { projectsProjection } from './projects.projection.js';

describe('projects', () => {
  it('shows a project with every setting as it was set', () => {
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
      nameLower: 'shop',
      projectRoleAssertion: true,
      projectRoleCheck: false,
      hasProjectCheck: true,
      privateLabelingSetting: 'allowLoginUserResourceOwnerPolicy',
      state: 'active',
      details: { sequence: '1', creationDate: minute(0), changeDate: minute(0), resourceOwner: ORGANIZATION },
    });
  });

  it('shows nothing of names and of projects that never came to be', () => {
    givenEvents(
      projectsProjection,
      { type: 'NameReserved', data: { name: 'Shop', owner: '2001' } },
      { type: 'CreationAbandoned', data: { owner: '2001' } },
    ).thenNothing();
  });
});
