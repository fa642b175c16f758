import { given } from '../../../test/support/decider.js';
import { type AddProject, projectDecider } from './project.decide.js';
import type { ProjectEvent } from './project.events.js';

const settings = {
  projectRoleAssertion: true,
  projectRoleCheck: false,
  hasProjectCheck: true,
  privateLabelingSetting: 'enforceProjectResourceOwnerPolicy',
} as const;
const addShop: AddProject = { type: 'AddProject', projectId: '2001', name: 'Shop', ...settings };
const shopAdded: ProjectEvent = { type: 'ProjectAdded', data: { projectId: '2001', name: 'Shop', ...settings } };

describe('AddProject', () => {
  it('adds the project with every setting as it was asked for', () => {
    given(projectDecider).when(addShop).thenEvents(shopAdded);
  });

  it('stores the name without the white space around it', () => {
    given(projectDecider)
      .when({ ...addShop, name: ' Shop ' })
      .thenEvents(shopAdded);
  });

  it('refuses a name of which nothing is left after trimming', () => {
    given(projectDecider)
      .when({ ...addShop, name: '  ' })
      .thenRefused('PROJECT-IOVCC');
  });

  it('refuses an id that is taken', () => {
    given(projectDecider, shopAdded).when(addShop).thenRefused('COMMAND-opamwu');
  });
});
