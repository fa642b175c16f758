import type { ProjectState } from '#libs/registry/projects/project.state.js';
import { given } from '../../../test/support/decider.js';
import { applicationDecider, type CreateApiApp } from './application.decide.js';
import type { ApplicationEvent } from './application.events.js';

const shop: ProjectState = {
  status: 'active',
  settings: {
    name: 'Shop',
    projectRoleAssertion: false,
    projectRoleCheck: false,
    hasProjectCheck: false,
    privateLabelingSetting: 'unspecified',
  },
};
const firstSecret = { secretId: '5001', secretHash: '$sha256$salt$hash', secretHint: 'hint' };
const addPortal: CreateApiApp = {
  type: 'CreateApiApp',
  appId: '1001',
  projectId: '2001',
  project: shop,
  name: 'Portal',
  clientId: '3001',
  credential: { authMethod: 'basic', ...firstSecret },
};

const appId = '1001';
const portal: readonly ApplicationEvent[] = [
  { type: 'ApplicationAdded', data: { appId, projectId: '2001', name: 'Portal' } },
  { type: 'ApiConfigAdded', data: { appId, clientId: '3001', authMethod: 'basic', ...firstSecret } },
];

describe('CreateApiApp', () => {
  it('adds the application and its API configuration', () => {
    given(applicationDecider)
      .when(addPortal)
      .thenEvents(...portal);
  });

  it('stores no secret hash for a client that signs assertions', () => {
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

  it.each(['', ' ', '\t\n', '\u2003'])('refuses the name %j, which is empty after trimming', (name) => {
    given(applicationDecider)
      .when({ ...addPortal, name })
      .thenRefused('PROJECT-Bff2g');
  });

  it.each(['absent', 'removed'] as const)('refuses a project that is %s', (status) => {
    given(applicationDecider)
      .when({ ...addPortal, project: { status } })
      .thenRefused('COMMAND-EbFMN');
  });

  it('accepts an inactive project', () => {
    given(applicationDecider)
      .when({ ...addPortal, project: { ...shop, status: 'inactive' } })
      .thenEvents(...portal);
  });

  it('refuses an application that already exists', () => {
    given(
      applicationDecider,
      { type: 'ApplicationAdded', data: { appId: '1001', projectId: '2001', name: 'Portal' } },
      { type: 'ApiConfigAdded', data: { appId: '1001', clientId: '3001', authMethod: 'privateKeyJwt' } },
    )
      .when(addPortal)
      .thenRefused('V3-DKcYh');
  });

  it('fails on a configuration event before the application has been added', () => {
    expect(() =>
      given(applicationDecider, {
        type: 'ApiConfigAdded',
        data: { appId: '1001', clientId: '3001', authMethod: 'basic' },
      }).when(addPortal),
    ).toThrow('before ApplicationAdded');
  });
});

const deactivated: ApplicationEvent = { type: 'ApplicationDeactivated', data: { appId } };
const removed: ApplicationEvent = { type: 'ApplicationRemoved', data: { appId } };
const signs: ApplicationEvent = { type: 'ApiConfigChanged', data: { appId, authMethod: 'privateKeyJwt' } };
const unconfigured = portal.slice(0, 1);
/** The histories after which an application does not exist. */
const missing: readonly [string, readonly ApplicationEvent[]][] = [
  ['never added', []],
  ['never created', [{ type: 'CreationAbandoned', data: { owner: appId } }]],
  ['removed', [...portal, removed]],
];

describe('UpdateApp', () => {
  const rename = { type: 'UpdateApp', appId, name: ' Customers ' } as const;

  it('changes the name, without the white space around it', () => {
    given(applicationDecider, ...portal)
      .when(rename)
      .thenEvents({ type: 'ApplicationChanged', data: { appId, name: 'Customers' } });
  });

  it('changes the case of letters', () => {
    given(applicationDecider, ...portal)
      .when({ ...rename, name: 'PORTAL' })
      .thenEvents({ type: 'ApplicationChanged', data: { appId, name: 'PORTAL' } });
  });

  it('changes an inactive application', () => {
    given(applicationDecider, ...portal, deactivated)
      .when(rename)
      .thenEvents({ type: 'ApplicationChanged', data: { appId, name: 'Customers' } });
  });

  it('refuses the current name', () => {
    given(applicationDecider, ...portal)
      .when({ ...rename, name: 'Portal ' })
      .thenRefused('COMMAND-2m8vx');
  });

  it('refuses a name that is empty after trimming', () => {
    given(applicationDecider, ...portal)
      .when({ ...rename, name: ' ' })
      .thenRefused('PROJECT-Bff2g');
  });

  it.each(missing)('refuses an application that was %s', (_, past) => {
    given(applicationDecider, ...past)
      .when(rename)
      .thenRefused('COMMAND-28di9');
  });
});

describe('UpdateApiAppConfig', () => {
  const sign = { type: 'UpdateApiAppConfig', appId, authMethod: 'privateKeyJwt' } as const;

  it('changes the method', () => {
    given(applicationDecider, ...portal)
      .when(sign)
      .thenEvents(signs);
  });

  it('refuses the current method', () => {
    given(applicationDecider, ...portal, signs)
      .when(sign)
      .thenRefused('COMMAND-1m88i');
  });

  it('refuses an application that is not an API client', () => {
    given(applicationDecider, ...unconfigured)
      .when(sign)
      .thenRefused('COMMAND-Gnwt3');
  });

  it.each(missing)('refuses an application that was %s', (_, past) => {
    given(applicationDecider, ...past)
      .when(sign)
      .thenRefused('COMMAND-2n8uU');
  });
});

describe('RegenerateApiClientSecret', () => {
  const drawn = { secretId: '5002', secretHash: '$sha256$salt$other', secretHint: 'next' };
  const renew = { type: 'RegenerateApiClientSecret', appId, ...drawn, overlapMs: 0, now: 0 } as const;

  it('replaces the secret', () => {
    given(applicationDecider, ...portal)
      .when(renew)
      .thenEvents({ type: 'ApiSecretChanged', data: { appId, ...drawn } });
  });

  it('refuses a client that signs assertions', () => {
    given(applicationDecider, ...portal, signs)
      .when(renew)
      .thenRefused('COMMAND-7gKw2');
  });

  it('refuses an application that is not an API client', () => {
    given(applicationDecider, ...unconfigured)
      .when(renew)
      .thenRefused('COMMAND-aeH4');
  });

  it.each(missing)('refuses an application that was %s', (_, past) => {
    given(applicationDecider, ...past)
      .when(renew)
      .thenRefused('COMMAND-2g66f');
  });
});

describe('an application', () => {
  it('is deactivated once', () => {
    const deactivate = { type: 'DeactivateApp', appId } as const;
    given(applicationDecider, ...portal)
      .when(deactivate)
      .thenEvents(deactivated);
    given(applicationDecider, ...portal, deactivated)
      .when(deactivate)
      .thenRefused('COMMAND-dsh35');
  });

  it('is reactivated once', () => {
    const reactivate = { type: 'ReactivateApp', appId } as const;
    const reactivated: ApplicationEvent = { type: 'ApplicationReactivated', data: { appId } };
    given(applicationDecider, ...portal, deactivated)
      .when(reactivate)
      .thenEvents(reactivated);
    given(applicationDecider, ...portal, deactivated, reactivated)
      .when(reactivate)
      .thenRefused('COMMAND-1n8cM');
  });

  it('is removed once', () => {
    const remove = { type: 'RemoveApp', appId } as const;
    given(applicationDecider, ...portal, deactivated)
      .when(remove)
      .thenEvents(removed);
    given(applicationDecider, ...portal, removed)
      .when(remove)
      .thenRefused('COMMAND-0po9s');
  });

  it.each(missing)('that was %s cannot change its state', (_, past) => {
    const at = given(applicationDecider, ...past);
    at.when({ type: 'DeactivateApp', appId }).thenRefused('COMMAND-ov9d3');
    at.when({ type: 'ReactivateApp', appId }).thenRefused('COMMAND-ov9d3');
    at.when({ type: 'RemoveApp', appId }).thenRefused('COMMAND-0po9s');
  });

  it('is not changed by an abandoned rename', () => {
    given(applicationDecider, ...portal, { type: 'RenameAbandoned', data: { owner: appId, name: 'other' } })
      .when({ type: 'UpdateApp', appId, name: 'Portal' })
      .thenRefused('COMMAND-2m8vx');
  });
});
