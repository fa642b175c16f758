import { given } from '../../../test/support/decider.js';
import { applicationDecider } from './application.decide.js';
import type { ApplicationEvent } from './application.events.js';
import { MAX_SECRETS } from './application-secrets.js';

const appId = '1001';
const DAY = 86_400_000;
const NOW = Date.UTC(2024, 3, 10, 4, 31, 16, 326);
const at = (ms: number) => new Date(ms).toISOString();
const drawn = (secretId: string) => ({ secretId, secretHash: `$sha256$salt$${secretId}`, secretHint: 'hint' });

const unconfigured: ApplicationEvent = { type: 'ApplicationAdded', data: { appId, projectId: '2001', name: 'Portal' } };
const portal: readonly ApplicationEvent[] = [
  unconfigured,
  { type: 'ApiConfigAdded', data: { appId, clientId: '3001', authMethod: 'basic', ...drawn('5001') } },
];
const signs: ApplicationEvent = { type: 'ApiConfigChanged', data: { appId, authMethod: 'privateKeyJwt' } };
const removed: ApplicationEvent = { type: 'ApplicationRemoved', data: { appId } };
const missing: readonly (readonly [string, readonly ApplicationEvent[]])[] = [
  ['never added', []],
  ['removed', [...portal, removed]],
];
const added = (secretId: string, name: string, expiresAt?: number): ApplicationEvent => ({
  type: 'SecretAdded',
  data: {
    appId,
    ...drawn(secretId),
    name,
    addedAt: at(NOW - DAY),
    ...(expiresAt !== undefined && { expiresAt: at(expiresAt) }),
  },
});
const is = (type: 'SecretDisabled' | 'SecretEnabled' | 'SecretRemoved', secretId = '5001'): ApplicationEvent => ({
  type,
  data: { appId, secretId },
});

/** Secrets beside the first one, so that there are 20. */
const full = (expiresAt?: number) =>
  Array.from({ length: MAX_SECRETS - 1 }, (_, index) =>
    added(`60${index + 10}`, `secret ${index}`, expiresAt === undefined ? undefined : expiresAt + index),
  );

describe('AddSecret', () => {
  const add = { type: 'AddSecret', appId, ...drawn('5002'), name: ' Billing ', now: NOW } as const;
  const data = { appId, ...drawn('5002'), name: 'Billing', addedAt: at(NOW) };

  it('adds a secret, with its name without the white space around it', () => {
    given(applicationDecider, ...portal)
      .when(add)
      .thenEvents({ type: 'SecretAdded', data });
  });

  it('adds a secret that expires', () => {
    given(applicationDecider, ...portal)
      .when({ ...add, expiresAt: NOW + 1 })
      .thenEvents({ type: 'SecretAdded', data: { ...data, expiresAt: at(NOW + 1) } });
  });

  it.each([NOW, NOW - 1, 0])('refuses one that expires at %d', (expiresAt) => {
    given(applicationDecider, ...portal)
      .when({ ...add, expiresAt })
      .thenRefused('SECRET-Ex2pD');
  });

  it.each(['', ' ', '\u2003\n'])('refuses the name %j, which is empty after trimming', (name) => {
    given(applicationDecider, ...portal)
      .when({ ...add, name })
      .thenRefused('SECRET-Bf9zK');
  });

  it.each(['Billing', 'bILLING ', 'Billing'.normalize('NFD')])('refuses the name %j of another secret', (name) => {
    given(applicationDecider, ...portal, added('5003', 'Billing'), is('SecretDisabled', '5003'))
      .when({ ...add, name })
      .thenRefused('SECRET-Nm4tA');
  });

  it.each([
    ['has expired', added('5003', 'Billing', NOW)],
    ['was removed', is('SecretRemoved', '5003')],
  ])('takes the name of a secret that %s', (_, event) => {
    given(applicationDecider, ...portal, added('5003', 'Billing', NOW), event)
      .when(add)
      .thenEvents({ type: 'SecretAdded', data });
  });

  it('refuses more than 20, and names one to remove: the disabled before the first to end, before the oldest', () => {
    const past = [...portal, ...full()];
    const refusal = (named: string) => `it has 20: remove one that is not used, such as ${named}`;
    given(applicationDecider, ...past)
      .when(add)
      .thenRefused('SECRET-Fu11s', refusal('5001'));
    const ending = [...portal, ...full().slice(1), added('5003', 'Ends', NOW + DAY)];
    given(applicationDecider, ...ending)
      .when(add)
      .thenRefused('SECRET-Fu11s', refusal('5003 ("Ends")'));
    given(applicationDecider, ...ending, is('SecretDisabled', '6015'))
      .when(add)
      .thenRefused('SECRET-Fu11s', refusal('6015 ("secret 5")'));
  });

  it('removes the secret that expired first when there are 20', () => {
    given(applicationDecider, ...portal, ...full(NOW - DAY))
      .when(add)
      .thenEvents(is('SecretRemoved', '6010'), { type: 'SecretAdded', data });
  });

  it('refuses a client that signs assertions, and one that is none', () => {
    given(applicationDecider, ...portal, signs)
      .when(add)
      .thenRefused('COMMAND-7gKw2');
    given(applicationDecider, unconfigured).when(add).thenRefused('SECRET-Hs2vd');
  });

  it.each(missing)('refuses an application that was %s', (_, past) => {
    given(applicationDecider, ...past)
      .when(add)
      .thenRefused('SECRET-3qLt8');
  });

  it('takes a secret for a client that signed assertions, none of whose secrets are left', () => {
    const basic: ApplicationEvent = { type: 'ApiConfigChanged', data: { appId, authMethod: 'basic' } };
    given(applicationDecider, ...portal, added('5003', 'Billing'), signs, basic)
      .when(add)
      .thenEvents({ type: 'SecretAdded', data });
  });
});

describe('RegenerateApiClientSecret with an overlap', () => {
  const renew = { type: 'RegenerateApiClientSecret', appId, ...drawn('5002'), overlapMs: DAY, now: NOW } as const;
  const changed: ApplicationEvent = {
    type: 'ApiSecretChanged',
    data: { appId, ...drawn('5002'), formerSecretsEndAt: at(NOW + DAY), changedAt: at(NOW) },
  };

  it('lets the former secrets live on', () => {
    given(applicationDecider, ...portal)
      .when(renew)
      .thenEvents(changed);
    given(applicationDecider, ...portal, changed)
      .when({ type: 'EnableSecret', appId, secretId: '5001', now: NOW + DAY - 1 })
      .thenRefused('SECRET-En5bL');
    given(applicationDecider, ...portal, changed)
      .when({ type: 'EnableSecret', appId, secretId: '5001', now: NOW + DAY })
      .thenRefused('SECRET-En5bL', 'it has expired, and is refused permanently');
  });

  it('refuses more than 20 secrets', () => {
    given(applicationDecider, ...portal, ...full())
      .when(renew)
      .thenRefused('SECRET-Fu11s', 'it has 20: remove one that is not used, such as 5001');
  });

  it('without one, replaces 20 secrets by one', () => {
    given(applicationDecider, ...portal, ...full())
      .when({ ...renew, overlapMs: 0 })
      .thenEvents({ type: 'ApiSecretChanged', data: { appId, ...drawn('5002') } });
  });
});

describe.each(['DisableSecret', 'RemoveSecret'] as const)('%s', (type) => {
  const take = { type, appId, secretId: '5001', inUseMs: DAY, now: NOW } as const;
  const taken = is(type === 'DisableSecret' ? 'SecretDisabled' : 'SecretRemoved');

  it('takes the secret from the client', () => {
    given(applicationDecider, ...portal)
      .when(take)
      .thenEvents(taken);
  });

  it('takes a secret that was not used within the time', () => {
    given(applicationDecider, ...portal)
      .when({ ...take, lastUsedAt: NOW - DAY })
      .thenEvents(taken);
  });

  it('refuses a secret that was used within the time, and says when', () => {
    given(applicationDecider, ...portal)
      .when({ ...take, lastUsedAt: NOW - DAY + 1 })
      .thenRefused(
        'SECRET-Us3dR',
        `it was last used at ${at(NOW - DAY + 1)}; with "force": true it is taken nevertheless`,
      );
  });

  it('refuses a secret that the client does not have', () => {
    for (const past of [portal, [...portal, is('SecretRemoved')], [...portal, signs], [unconfigured]]) {
      given(applicationDecider, ...past)
        .when({ ...take, secretId: past === portal ? '9' : '5001' })
        .thenRefused('SECRET-w3Lq7');
    }
  });

  it.each(missing)('refuses an application that was %s', (_, past) => {
    given(applicationDecider, ...past)
      .when(take)
      .thenRefused('SECRET-3qLt8');
  });
});

describe('a secret that is refused already', () => {
  const expired = added('5003', 'Billing', NOW);

  it('is not disabled', () => {
    given(applicationDecider, ...portal, is('SecretDisabled'))
      .when({ type: 'DisableSecret', appId, secretId: '5001', inUseMs: 0, now: NOW })
      .thenRefused('SECRET-Ds4bL');
    given(applicationDecider, ...portal, expired)
      .when({ type: 'DisableSecret', appId, secretId: '5003', inUseMs: 0, now: NOW })
      .thenRefused('SECRET-Ds4bL');
  });

  it('is removed, however recently it was used', () => {
    const used = { type: 'RemoveSecret', appId, lastUsedAt: NOW - 1, inUseMs: DAY, now: NOW } as const;
    given(applicationDecider, ...portal, is('SecretDisabled'))
      .when({ ...used, secretId: '5001' })
      .thenEvents(is('SecretRemoved'));
    given(applicationDecider, ...portal, expired)
      .when({ ...used, secretId: '5003' })
      .thenEvents(is('SecretRemoved', '5003'));
  });
});

describe('EnableSecret', () => {
  const enable = { type: 'EnableSecret', appId, secretId: '5001', now: NOW } as const;

  it('enables a disabled secret', () => {
    given(applicationDecider, ...portal, is('SecretDisabled'))
      .when(enable)
      .thenEvents(is('SecretEnabled'));
  });

  it('refuses a secret that is not disabled', () => {
    given(applicationDecider, ...portal)
      .when(enable)
      .thenRefused('SECRET-En5bL');
    given(applicationDecider, ...portal, is('SecretDisabled'), is('SecretEnabled'))
      .when(enable)
      .thenRefused('SECRET-En5bL');
  });

  it('refuses a secret that the client does not have', () => {
    given(applicationDecider, ...portal)
      .when({ ...enable, secretId: '9' })
      .thenRefused('SECRET-w3Lq7');
    given(applicationDecider).when(enable).thenRefused('SECRET-3qLt8');
  });
});
