import { type ProjectState, projectSeenBy } from '#libs/registry/projects/index.js';
import type { ApplicationState } from './application.state.js';
import { applicationSeenBy } from './application-visibility.js';

const settings = {
  name: 'Shop',
  projectRoleAssertion: false,
  projectRoleCheck: false,
  hasProjectCheck: false,
  privateLabelingSetting: 'unspecified',
} as const;
const project = { state: { status: 'inactive', settings } as ProjectState, resourceOwner: '1' };
const removed = { state: { status: 'removed' } as ProjectState, resourceOwner: '1' };
const state: ApplicationState = {
  status: 'active',
  projectId: '10',
  name: 'Portal',
  api: undefined,
  keys: new Set<string>(),
};
const application = { state, resourceOwner: '1' };
const absent = { status: 'absent' };

describe('an organization', () => {
  it('sees its own projects, and not those of others', () => {
    expect(projectSeenBy('1', project)).toBe(project.state);
    expect(projectSeenBy('2', project)).toEqual(absent);
  });

  it('sees its own applications in their project, whether the project is active or not', () => {
    expect(applicationSeenBy('1', { projectId: '10', project }, application)).toBe(state);
  });

  it.each([
    ['of another organization', '2', { projectId: '10', project }, application],
    ['in another project', '1', { projectId: '11', project }, application],
    ['in a project that was removed', '1', { projectId: '10', project: removed }, application],
    [
      'of another organization in a project of its own',
      '1',
      { projectId: '10', project },
      { state, resourceOwner: '2' },
    ],
    ['that does not exist', '1', { projectId: '10', project }, { state: absent, resourceOwner: undefined }],
  ] as const)('sees no application %s', (_, organization, place, seen) => {
    expect(applicationSeenBy(organization, place, seen as typeof application)).toEqual(absent);
  });
});
