import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { features } from '#libs/registry/features.js';
import { callerOf } from './claims.js';
import { authorize, parseRolePermissions } from './permissions.js';
import { readRolePermissions } from './roles-file.js';

const ROLES = 'urn:zitadel:iam:org:project:roles';

function callerWith(claims: object) {
  const caller = callerOf({ sub: 'u1', 'urn:zitadel:iam:user:resourceowner:id': 'o1', ...claims });
  if (caller === undefined) throw new Error('no caller');
  return caller;
}

/** Whether a user of organization o1 with these claims has the permission. */
function may(claims: object, permission: string, organization = 'o1', projectId?: string): boolean {
  return mayIn(organization, claims, permission, projectId);
}

/** Whether they have it in the organization; undefined: in all organizations at once. */
function mayIn(organization: string | undefined, claims: object, permission: string, projectId?: string): boolean {
  try {
    authorize(features.rolePermissions, callerWith(claims), { permission, organization, projectId });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ id: 'AUTH-5mWD2', code: 7 });
    return false;
  }
}

const inO1 = { o1: 'domain' };
const projectOwner = { 'urn:zitadel:iam:org:project:p1:roles': { PROJECT_OWNER: inO1 } };

describe('a role', () => {
  const all = [
    'project.read',
    'project.create',
    'project.write',
    'project.delete',
    'project.app.read',
    'project.app.write',
    'project.app.delete',
    'events.read',
  ];

  it.each([
    ['IAM_OWNER', all],
    ['IAM_OWNER_VIEWER', ['project.read', 'project.app.read', 'events.read']],
    ['IAM_ORG_MANAGER', all.filter((permission) => permission !== 'events.read')],
    ['ORG_OWNER', all.filter((permission) => !['events.read', 'project.app.delete'].includes(permission))],
    ['ORG_OWNER_VIEWER', ['project.read', 'project.app.read']],
    ['ORG_PROJECT_CREATOR', ['project.create']],
    ['ORG_UNHEARD_OF', []],
  ])('%s has the permissions that the contract states', (role, permissions) => {
    expect(all.filter((permission) => may({ [ROLES]: { [role]: inO1 } }, permission))).toEqual(permissions);
  });

  it('of the instance applies in every organization, a role of an organization in that one alone', () => {
    expect(may({ [ROLES]: { IAM_OWNER: inO1 } }, 'project.read', 'o2')).toBe(true);
    expect(may({ [ROLES]: { ORG_OWNER: inO1 } }, 'project.read', 'o2')).toBe(false);
    expect(may({ [ROLES]: { ORG_OWNER: { o2: 'domain' } } }, 'project.read', 'o2')).toBe(true);
  });

  it('permits a call on all organizations at once only when it applies in all of them', () => {
    expect(mayIn(undefined, { [ROLES]: { IAM_OWNER: inO1 } }, 'project.read')).toBe(true);
    expect(mayIn(undefined, { [ROLES]: { ORG_OWNER: inO1 } }, 'project.read')).toBe(false);
    expect(mayIn(undefined, projectOwner, 'project.read', 'p1')).toBe(false);
    expect(mayIn(undefined, {}, 'authenticated')).toBe(false);
  });

  it('of a project applies in that project, in its organization', () => {
    expect(may(projectOwner, 'project.app.delete', 'o1', 'p1')).toBe(true);
    expect(may(projectOwner, 'project.app.delete', 'o1', 'p2')).toBe(false);
    expect(may(projectOwner, 'project.app.delete', 'o2', 'p1')).toBe(false);
    expect(may(projectOwner, 'project.create', 'o1')).toBe(false);
  });

  it('counts only in its own claim', () => {
    expect(may({ [ROLES]: { PROJECT_OWNER: inO1 } }, 'project.read', 'o1', 'p1')).toBe(false);
    expect(may({ 'urn:zitadel:iam:org:project:p1:roles': { IAM_OWNER: inO1 } }, 'project.read', 'o1', 'p1')).toBe(
      false,
    );
  });

  it.each([[null], ['IAM_OWNER'], [['IAM_OWNER']], [{ IAM_OWNER: 'o1' }], [{ IAM_OWNER: {} }]])(
    'in a claim such as %j grants nothing',
    (claim) => {
      expect(may({ [ROLES]: claim }, 'project.read')).toBe(false);
    },
  );
});

describe('a call for anyone with a token', () => {
  it('is permitted in the caller’s own organization, and where the caller has a role', () => {
    expect(may({}, 'authenticated')).toBe(true);
    expect(may({}, 'authenticated', 'o2')).toBe(false);
    expect(may({ [ROLES]: { ORG_OWNER_VIEWER: { o2: 'domain' } } }, 'authenticated', 'o2')).toBe(true);
  });
});

describe('claims', () => {
  it('without a user or an organization name no caller', () => {
    expect(callerOf({ sub: 'u1' })).toBeUndefined();
    expect(callerOf({ 'urn:zitadel:iam:user:resourceowner:id': 'o1' })).toBeUndefined();
  });

  it.each([
    [{ client_id: 'c1', azp: 'c2' }, 'c1'],
    [{ azp: 'c2' }, 'c2'],
    [{}, undefined],
  ])('%j name the client', (claims, client) => {
    expect(callerWith(claims).client).toBe(client);
  });
});

describe('a table of roles from configuration', () => {
  it('replaces the built-in one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'roles-'));
    const path = join(folder, 'roles.json');
    await writeFile(path, '{"ORG_AUDITOR":["events.read"]}');
    const roles = await readRolePermissions(path, features.rolePermissions);
    await writeFile(path, '{');
    await expect(readRolePermissions(path, features.rolePermissions)).rejects.toThrow(
      `APPLEDGER_ROLES_FILE ${path} cannot be used`,
    );
    await rm(folder, { recursive: true });
    const caller = callerWith({ [ROLES]: { ORG_AUDITOR: inO1, IAM_OWNER: inO1 } });
    expect(() => authorize(roles, caller, { permission: 'events.read', organization: 'o1' })).not.toThrow();
    expect(() => authorize(roles, caller, { permission: 'project.read', organization: 'o1' })).toThrow('AUTH-5mWD2');
  });

  it.each([
    [[], /must be a JSON object/],
    [{}, /empty/],
    [{ OWNER: ['project.read'] }, /"OWNER" must start with IAM_, ORG_ or PROJECT_/],
    [{ ORG_OWNER: 'project.read' }, /ORG_OWNER must have a list/],
    [{ ORG_OWNER: [''] }, /ORG_OWNER must have a list/],
  ])('such as %j is refused', (json, says) => {
    expect(() => parseRolePermissions(json)).toThrow(says);
  });
});
