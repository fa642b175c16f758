import { given } from '../../../test/support/decider.js';
import { type AddApiApplication, applicationDecider } from './application.decide.js';

const addPortal: AddApiApplication = {
  type: 'AddApiApplication',
  appId: '1001',
  projectId: '2001',
  project: { status: 'active', name: 'Shop' },
  name: 'Portal',
  clientId: '3001',
  credential: { authMethod: 'basic', secretHash: '$sha256$salt$hash' },
};

describe('AddApiApplication', () => {
  it('adds the application and its API configuration', () => {
    given(applicationDecider)
      .when(addPortal)
      .thenEvents(
        { type: 'ApplicationAdded', data: { appId: '1001', projectId: '2001', name: 'Portal' } },
        {
          type: 'ApiConfigAdded',
          data: { appId: '1001', clientId: '3001', authMethod: 'basic', secretHash: '$sha256$salt$hash' },
        },
      );
  });

  it('stores no secret hash for a client that signs its assertions', () => {
    given(applicationDecider)
      .when({ ...addPortal, credential: { authMethod: 'privateKeyJwt' } })
      .thenEvents(
        { type: 'ApplicationAdded', data: { appId: '1001', projectId: '2001', name: 'Portal' } },
        { type: 'ApiConfigAdded', data: { appId: '1001', clientId: '3001', authMethod: 'privateKeyJwt' } },
      );
  });

  it('stores the name without the white space around it', () => {
    given(applicationDecider)
      .when({ ...addPortal, name: '\t Portal \n' })
      .thenEvents(
        expect.objectContaining({ data: { appId: '1001', projectId: '2001', name: 'Portal' } }),
        expect.objectContaining({ type: 'ApiConfigAdded' }),
      );
  });

  it.each(['', ' ', '\t\n', '\u2003'])('refuses the name %j, of which nothing is left after trimming', (name) => {
    given(applicationDecider)
      .when({ ...addPortal, name })
      .thenRefused('PROJECT-Bff2g');
  });

  it('refuses a project that is not there', () => {
    given(applicationDecider)
      .when({ ...addPortal, project: { status: 'absent' } })
      .thenRefused('COMMAND-EbFMN');
  });

  it('refuses an application that is already there', () => {
    given(
      applicationDecider,
      { type: 'ApplicationAdded', data: { appId: '1001', projectId: '2001', name: 'Portal' } },
      { type: 'ApiConfigAdded', data: { appId: '1001', clientId: '3001', authMethod: 'privateKeyJwt' } },
    )
      .when(addPortal)
      .thenRefused('V3-DKcYh');
  });

  it('has nothing to stand on where the configuration comes before the application', () => {
    expect(() =>
      given(applicationDecider, {
        type: 'ApiConfigAdded',
        data: { appId: '1001', clientId: '3001', authMethod: 'basic' },
      }).when(addPortal),
    ).toThrow('before ApplicationAdded');
  });
});
