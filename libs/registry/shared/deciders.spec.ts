import fc from 'fast-check';
import type { Decider } from '#libs/engine/kernel/decider.js';
import { type ApplicationCommand, applicationDecider } from '#libs/registry/applications/application.decide.js';
import { type ProjectCommand, projectDecider } from '#libs/registry/projects/project.decide.js';
import { type WebhookCommand, webhookDecider } from '#libs/registry/webhooks/webhook.decide.js';

const appId = '1001';
const projectId = '2001';
const name = fc.constantFrom('Portal', 'pORTAL', ' Shop ', ' ');
const authMethod = fc.constantFrom('basic' as const, 'privateKeyJwt' as const);
const now = fc.nat(100);
const secretId = fc.constantFrom('5001', '5002', '5003');
const drawnSecret = {
  secretId,
  secretHash: fc.constantFrom('$sha256$salt$other', '$sha256$salt$third'),
  secretHint: fc.constant('hint'),
};
const keyId = fc.constantFrom('4001', '4002');
const settings = {
  projectRoleAssertion: fc.boolean(),
  projectRoleCheck: fc.boolean(),
  hasProjectCheck: fc.boolean(),
  privateLabelingSetting: fc.constantFrom('unspecified' as const, 'enforceProjectResourceOwnerPolicy' as const),
};
const project = fc.oneof(
  fc.record({ status: fc.constantFrom('absent' as const, 'removed' as const) }),
  fc.record({
    status: fc.constantFrom('active' as const, 'inactive' as const),
    settings: fc.record({ name, ...settings }),
  }),
);

const applicationCommand: fc.Arbitrary<ApplicationCommand> = fc.oneof(
  fc.record({
    type: fc.constant('CreateApiApp' as const),
    appId: fc.constant(appId),
    projectId: fc.constant(projectId),
    project,
    name,
    clientId: fc.constant('3001'),
    credential: fc.constantFrom(
      { authMethod: 'basic' as const, secretId: '5001', secretHash: '$sha256$salt$hash', secretHint: 'hint' },
      { authMethod: 'privateKeyJwt' as const },
    ),
  }),
  fc.record({ type: fc.constant('UpdateApp' as const), appId: fc.constant(appId), name }),
  fc.record({ type: fc.constant('UpdateApiAppConfig' as const), appId: fc.constant(appId), authMethod }),
  fc.record({
    type: fc.constant('RegenerateApiClientSecret' as const),
    appId: fc.constant(appId),
    ...drawnSecret,
    overlapMs: fc.constantFrom(0, 5, 90),
    now,
  }),
  fc.record({
    type: fc.constant('AddSecret' as const),
    appId: fc.constant(appId),
    ...drawnSecret,
    name,
    expiresAt: fc.option(fc.nat(100), { nil: undefined }),
    now,
  }),
  fc.record({
    type: fc.constantFrom('DisableSecret' as const, 'RemoveSecret' as const),
    appId: fc.constant(appId),
    secretId,
    lastUsedAt: fc.option(now, { nil: undefined }),
    inUseMs: fc.nat(50),
    now,
  }),
  fc.record({
    type: fc.constantFrom('EnableSecret' as const, 'NoteSecretExpiry' as const),
    appId: fc.constant(appId),
    secretId,
    now,
  }),
  fc.record({
    type: fc.constant('RegisterKey' as const),
    appId: fc.constant(appId),
    keyId,
    publicKey: fc.constant('the public half'),
    expiresAt: fc.nat(2),
    now: fc.constant(1),
  }),
  fc.record({
    type: fc.constant('SetJwksUri' as const),
    appId: fc.constant(appId),
    jwksUri: fc.constantFrom('https://client.test/jwks', 'https://other.test/jwks'),
  }),
  fc.record({ type: fc.constant('RemoveJwksUri' as const), appId: fc.constant(appId) }),
  fc.record({
    type: fc.constantFrom('DeactivateApp' as const, 'ReactivateApp' as const, 'RemoveApp' as const),
    appId: fc.constant(appId),
  }),
  fc.record({
    type: fc.constant('AddAppKey' as const),
    appId: fc.constant(appId),
    keyId,
    keyType: fc.constant('json' as const),
    publicKey: fc.constant('the public half'),
    expiresAt: fc.nat(2),
    now: fc.constant(1),
  }),
  fc.record({ type: fc.constant('RemoveAppKey' as const), appId: fc.constant(appId), keyId }),
);

const projectCommand: fc.Arbitrary<ProjectCommand> = fc.oneof(
  fc.record({
    type: fc.constantFrom('AddProject' as const, 'UpdateProject' as const),
    projectId: fc.constant(projectId),
    name,
    ...settings,
  }),
  fc.record({
    type: fc.constantFrom('DeactivateProject' as const, 'ReactivateProject' as const, 'RemoveProject' as const),
    projectId: fc.constant(projectId),
  }),
);

const webhookId = '6001';
const webhookSecret = { secretId: fc.constantFrom('7001', '7002'), keyId: fc.constant('k1') };
const destination = {
  url: fc.constantFrom('https://hooks.test/a', 'https://hooks.test/b'),
  types: fc.uniqueArray(fc.constantFrom('project.added', 'project.removed')),
};
const webhookCommand: fc.Arbitrary<WebhookCommand> = fc.oneof(
  fc.record({
    type: fc.constant('AddWebhook' as const),
    webhookId: fc.constant(webhookId),
    ...destination,
    ...webhookSecret,
    projectId: fc.constantFrom(undefined, projectId),
    allOrganizations: fc.boolean(),
    from: fc.constant('now'),
    after: fc.constant(undefined),
    log: fc.constant(undefined),
  }),
  fc.record({ type: fc.constant('UpdateWebhook' as const), webhookId: fc.constant(webhookId), ...destination }),
  fc.record({
    type: fc.constant('PauseWebhook' as const),
    webhookId: fc.constant(webhookId),
    reason: fc.constantFrom('requested' as const, 'gone' as const, 'failing' as const),
  }),
  fc.record({
    type: fc.constantFrom('ResumeWebhook' as const, 'RemoveWebhook' as const),
    webhookId: fc.constant(webhookId),
  }),
  fc.record({
    type: fc.constant('RotateWebhookSecret' as const),
    webhookId: fc.constant(webhookId),
    ...webhookSecret,
    overlapMs: fc.constantFrom(0, 5, 90),
    now,
  }),
);

/** Commands that succeed each time, because each has new content. */
const RENEWING = ['RegenerateApiClientSecret', 'AddAppKey', 'RegisterKey', 'RotateWebhookSecret'];

/** Runs commands in sequence; evolve must accept all events that decide returns. */
function run<State, Command extends { readonly type: string }, Event>(
  { initial, decide, evolve }: Decider<State, Command, Event, string>,
  commands: readonly Command[],
): void {
  let state = initial;
  for (const command of commands) {
    const decision = decide(state, command);
    if (!decision.accepted) continue;
    expect(decision.events.length).toBeGreaterThan(0);
    state = decision.events.reduce(evolve, state);
    if (!RENEWING.includes(command.type)) expect(decide(state, command).accepted).toBe(false);
  }
}

describe('any sequence of commands', () => {
  it('produces events that an application accepts, and refuses repeated commands', () => {
    fc.assert(fc.property(fc.array(applicationCommand), (commands) => run(applicationDecider, commands)));
  });

  it('produces events that a project accepts, and refuses repeated commands', () => {
    fc.assert(fc.property(fc.array(projectCommand), (commands) => run(projectDecider, commands)));
  });

  it('produces events that a webhook accepts, and refuses repeated commands', () => {
    fc.assert(fc.property(fc.array(webhookCommand), (commands) => run(webhookDecider, commands)));
  });
});
