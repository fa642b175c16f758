import 'reflect-metadata';
import type { DescMethodUnary } from '@bufbuild/protobuf';
import { bindCalls } from '#libs/engine/rpc/core/bind.js';
import type { Call } from '#libs/engine/rpc/core/call.js';
import { projectRolesClaim, reachOf } from '#libs/registry/access/claims.js';
import { AUTHENTICATED } from '#libs/registry/contract/authenticated.js';
import { features } from '#libs/registry/features.js';
import { rolesClaim, tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { contractCalls, firstRule, restRequest } from '../../support/contract-requests.js';
import { fieldRuleCases, validMessage } from '../../support/field-rule-cases.js';
import { cleanUp } from '../../support/server.js';

const servedCalls = features.calls.map(({ method }) => method);

/** The calls that clients rely on: none of them may disappear. */
const PROMISED = [
  'Healthz',
  'AddProject',
  'GetProjectByID',
  'ListProjects',
  'UpdateProject',
  'DeactivateProject',
  'ReactivateProject',
  'RemoveProject',
  'ListProjectChanges',
  'AddAPIApp',
  'GetAppByID',
  'ListApps',
  'ListAppChanges',
  'UpdateApp',
  'UpdateAPIAppConfig',
  'RegenerateAPIClientSecret',
  'DeactivateApp',
  'ReactivateApp',
  'RemoveApp',
  'AddAppKey',
  'GetAppKey',
  'ListAppKeys',
  'RemoveAppKey',
  'ListEvents',
  'ListEventTypes',
  'ListAggregateTypes',
  'PullEvents',
  'ListEventSchemas',
  'AddSecret',
  'ListSecrets',
  'DisableSecret',
  'EnableSecret',
  'RemoveSecret',
  'AddPublicKey',
  'SetJwksUri',
  'GetJwksUri',
  'RemoveJwksUri',
  'ListApplicationHistory',
  'ListProjectHistory',
  'GetApplicationState',
  'GetProjectState',
  'DiffApplication',
  'DiffProject',
  'ListWebhookHistory',
  'GetWebhookState',
  'DiffWebhook',
];

const NOWHERE = '1000000000000000000';

const { calls, streaming } = bindCalls(
  features.contract,
  features.callClasses.map((service) => Object.create(service.prototype)),
);
const bound: readonly Call[] = calls.filter(({ run }) => run !== undefined);
const guarded = bound.filter(({ permission }) => permission !== undefined);
const boundMethods = new Set(bound.map(({ method }) => method));
const named = (calls: readonly Call[]) => calls.map((call) => [call.method.name, call] as const);

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

/** Calls with minimal valid requests, for resources that do not exist. */
const ask = (method: DescMethodUnary, token: string | undefined) => {
  const { request, options } = restRequest(method, {
    ...(boundMethods.has(method) && validMessage(method.input)),
    ...nowhere(method),
  });
  return appledger.call(request, { ...options, token });
};

function nowhere(method: DescMethodUnary) {
  const names = firstRule(method).pathFields.map(
    ({ field }) => method.input.fields.find(({ name }) => name === field)?.jsonName ?? field,
  );
  const scope = guarded.find((call) => call.method === method && call.scopeKind === undefined)?.scopeField;
  return Object.fromEntries([...names, ...(scope === undefined ? [] : [scope])].map((name) => [name, NOWHERE]));
}

/**
 * A token with a role in its own organization, or, for project roles, in the project that does not exist. An
 * application that does not exist is in no project: secrets/project-roles.spec.ts calls on one that exists.
 */
function tokenOf(role: string) {
  const { development } = appledger;
  const home = { [role]: [development.organization] };
  if (reachOf(role) !== 'project') return tokenWith(development, home);
  return tokenWith(development, {}, { [projectRolesClaim(NOWHERE)]: rolesClaim(home) });
}

function mayCall(role: string, { permission = '', scopeField, scopeKind }: Call): boolean {
  if (permission === AUTHENTICATED) return true;
  const reaches = reachOf(role) !== 'project' || (scopeField !== undefined && scopeKind === undefined);
  return reaches && features.rolePermissions.get(role)?.has(permission) === true;
}

it('every promised call is bound', () => {
  expect([...boundMethods].map(({ name }) => name)).toEqual(expect.arrayContaining(PROMISED));
});

it('the calls of the manifests are bound, and no others', () => {
  const streamed = streaming.filter(({ run }) => run !== undefined).map(({ method }) => method);
  const names = [...boundMethods, ...streamed].map(({ name }) => name);
  expect(names.sort()).toEqual(servedCalls.map(({ name }) => name).sort());
});

describe('a call that is not bound', () => {
  it('answers 501 in the form of the contract, on its own path', async () => {
    for (const method of contractCalls.filter((call) => !boundMethods.has(call))) {
      const { status, body } = await ask(method, undefined);
      expect([method.name, status, body]).toEqual([
        method.name,
        501,
        { code: 12, message: expect.any(String), details: [] },
      ]);
    }
  });
});

describe('a bound call', () => {
  it.each(named(guarded))('%s requires a token', async (_, { method }) => {
    const { status, body } = await ask(method, undefined);
    expect([status, body]).toEqual([401, { code: 16, message: 'auth header missing', details: [] }]);
  });

  it.each(named(guarded))('%s admits the roles that have its permission, and no other', async (_, call) => {
    for (const role of features.rolePermissions.keys()) {
      const { status, body } = await ask(call.method, await tokenOf(role));
      const letIn = status !== 403 && status !== 401;
      expect([role, letIn, letIn || body.details[0].id]).toEqual([
        role,
        mayCall(role, call),
        mayCall(role, call) || 'AUTH-5mWD2',
      ]);
    }
  });

  it('has a role in the table with its permission, and one without', () => {
    for (const call of guarded.filter(({ permission }) => permission !== AUTHENTICATED)) {
      const may = [...features.rolePermissions.keys()].map((role) => mayCall(role, call));
      expect([call.method.name, may.includes(true), may.includes(false)]).toEqual([call.method.name, true, true]);
    }
  });
});

describe('a field rule of the contract', () => {
  const withRules = named(bound.filter(({ method }) => fieldRuleCases(method.input).length > 0));

  it.each(withRules)('of %s accepts its boundary, and refuses values beyond it', async (_, { method }) => {
    const inPath = Object.keys(nowhere(method));
    for (const { place, field, value, fits, json } of fieldRuleCases(method.input)) {
      if (inPath.includes(place) && value === 'too short') continue; // it would make another path
      const { request, options } = restRequest(method, { ...nowhere(method), ...json });
      const { status, body } = await appledger.call(request, options);
      const refused = body.code === 3 && body.details.length === 0 && new RegExp(`\\b${field}\\b`).test(body.message);
      expect([place, value, refused ? status : 'kept']).toEqual([place, value, fits ? 'kept' : 400]);
    }
  });
});
