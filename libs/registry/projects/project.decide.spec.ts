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
  it('adds the project with every requested setting', () => {
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

  it('refuses an id that is in use', () => {
    given(projectDecider, shopAdded).when(addShop).thenRefused('COMMAND-opamwu');
  });
});

const projectId = '2001';
const deactivated: ProjectEvent = { type: 'ProjectDeactivated', data: { projectId } };
const removed: ProjectEvent = { type: 'ProjectRemoved', data: { projectId } };
/** The histories after which a project does not exist. */
const missing: readonly [string, readonly ProjectEvent[]][] = [
  ['never added', []],
  ['never created', [{ type: 'CreationAbandoned', data: { owner: projectId } }]],
  ['removed', [shopAdded, removed]],
];

describe('UpdateProject', () => {
  const keep = { type: 'UpdateProject', projectId, name: 'Shop', ...settings } as const;

  it('stores only what has changed', () => {
    given(projectDecider, shopAdded)
      .when({ ...keep, name: ' Web shop', hasProjectCheck: false })
      .thenEvents({ type: 'ProjectChanged', data: { projectId, name: 'Web shop', hasProjectCheck: false } });
  });

  it('refuses an update without a change, also after a change', () => {
    given(projectDecider, shopAdded).when(keep).thenRefused('COMMAND-2M0fs');
    given(projectDecider, shopAdded, { type: 'ProjectChanged', data: { projectId, projectRoleCheck: true } })
      .when({ ...keep, projectRoleCheck: true })
      .thenRefused('COMMAND-2M0fs');
  });

  it('refuses a name of which nothing is left after trimming', () => {
    given(projectDecider, shopAdded)
      .when({ ...keep, name: ' ' })
      .thenRefused('PROJECT-IOVCC');
  });

  it.each(missing)('refuses a project that was %s', (_, past) => {
    given(projectDecider, ...past)
      .when(keep)
      .thenRefused('COMMAND-3M9sd');
  });
});

describe('a project', () => {
  it('is deactivated once', () => {
    const deactivate = { type: 'DeactivateProject', projectId } as const;
    given(projectDecider, shopAdded).when(deactivate).thenEvents(deactivated);
    given(projectDecider, shopAdded, deactivated).when(deactivate).thenRefused('COMMAND-mki55');
  });

  it('is reactivated once', () => {
    const reactivate = { type: 'ReactivateProject', projectId } as const;
    const reactivated: ProjectEvent = { type: 'ProjectReactivated', data: { projectId } };
    given(projectDecider, shopAdded, deactivated).when(reactivate).thenEvents(reactivated);
    given(projectDecider, shopAdded, deactivated, reactivated).when(reactivate).thenRefused('COMMAND-5M9bs');
  });

  it('is removed once, and its id is not reused', () => {
    const remove = { type: 'RemoveProject', projectId } as const;
    given(projectDecider, shopAdded).when(remove).thenEvents(removed);
    given(projectDecider, shopAdded, removed).when(remove).thenRefused('COMMAND-3M9sd');
    given(projectDecider, shopAdded, removed).when(addShop).thenRefused('COMMAND-opamwu');
  });

  it.each(missing)('that was %s cannot change its state', (_, past) => {
    for (const type of ['DeactivateProject', 'ReactivateProject', 'RemoveProject'] as const) {
      given(projectDecider, ...past)
        .when({ type, projectId })
        .thenRefused('COMMAND-3M9sd');
    }
  });

  it('fails on an event before its creation or after its removal', () => {
    expect(() => projectDecider.evolve(projectDecider.initial, deactivated)).toThrow('before ProjectAdded');
    expect(() => [shopAdded, removed, removed].reduce(projectDecider.evolve, projectDecider.initial)).toThrow(
      'after ProjectRemoved',
    );
  });
});
