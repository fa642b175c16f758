import { AUTHENTICATED } from '#libs/registry/contract/authenticated.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import type { Caller, Grant } from './caller.js';
import { reachOf } from './claims.js';

/** Which permissions a role holds. */
export type RolePermissions = ReadonlyMap<string, ReadonlySet<string>>;

const projectReading = ['project.read', 'project.app.read'];
const applications = ['project.app.read', 'project.app.write', 'project.app.delete'];
const projects = ['project.read', 'project.create', 'project.write', 'project.delete'];

/** The roles as the reference system ships them, as far as Appledger's calls ask for their permissions. */
export const defaultRolePermissions: RolePermissions = table({
  IAM_OWNER: [...projects, ...applications, 'events.read'],
  IAM_OWNER_VIEWER: [...projectReading, 'events.read'],
  IAM_ORG_MANAGER: [...projects, ...applications],
  ORG_OWNER: [...projects, 'project.app.read', 'project.app.write'],
  ORG_OWNER_VIEWER: projectReading,
  ORG_PROJECT_CREATOR: ['project.create'],
  PROJECT_OWNER: ['project.read', 'project.write', 'project.delete', ...applications],
  PROJECT_OWNER_VIEWER: projectReading,
  PROJECT_OWNER_GLOBAL: ['project.read', ...applications],
  PROJECT_OWNER_VIEWER_GLOBAL: projectReading,
});

/** What a call asks for. */
export interface Wanted {
  /** As the contract's option names it, or {@link AUTHENTICATED}. */
  readonly permission: string;
  /** undefined: the call works on all of them at once. */
  readonly organization: string | undefined;
  /** The project that the call works in; undefined: none in particular. */
  readonly projectId?: string | undefined;
}

/**
 * Lets a caller through who may.
 *
 * @throws ContractError AUTH-5mWD2
 */
export function authorize(roles: RolePermissions, caller: Caller, wanted: Wanted): void {
  const { permission, organization, projectId } = wanted;
  const allowed =
    permission === AUTHENTICATED
      ? organization === caller.organization || caller.grants.some((grant) => holdsIn(grant, organization))
      : caller.grants.some(
          (grant) =>
            holdsIn(grant, organization) &&
            (grant.project === undefined || grant.project === projectId) &&
            roles.get(grant.role)?.has(permission),
        );
  if (!allowed) throw refused('AUTH-5mWD2');
}

function holdsIn(grant: Grant, organization: string | undefined): boolean {
  return grant.organization === undefined || grant.organization === organization;
}

/**
 * Reads a table of roles from configuration: `{"ORG_OWNER": ["project.read", …], …}`.
 *
 * @param json the parsed JSON
 * @throws Error says which entry is wrong and what it must be
 */
export function parseRolePermissions(json: unknown): RolePermissions {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Error('the roles must be a JSON object from role to a list of permissions');
  }
  const entries = Object.entries(json);
  if (entries.length === 0) throw new Error('the roles are empty: nobody could do anything');
  for (const [role, permissions] of entries) {
    if (reachOf(role) === undefined) {
      throw new Error(
        `the role ${JSON.stringify(role)} must start with IAM_, ORG_ or PROJECT_, which says how far it reaches`,
      );
    }
    if (!Array.isArray(permissions) || !permissions.every(isPermission)) {
      throw new Error(`the role ${role} must have a list of permissions such as ["project.read", "project.app.write"]`);
    }
  }
  return table(Object.fromEntries(entries));
}

function isPermission(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9_.]*$/i.test(value);
}

function table(roles: Readonly<Record<string, readonly string[]>>): RolePermissions {
  return new Map(Object.entries(roles).map(([role, permissions]) => [role, new Set(permissions)]));
}
