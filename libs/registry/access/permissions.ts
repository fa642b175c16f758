import { AUTHENTICATED } from '#libs/registry/contract/authenticated.js';
import { refused } from '#libs/registry/shared/refused.js';
import { accessRefusals } from './access.refusals.js';
import type { Caller, Grant } from './caller.js';
import { reachOf } from './claims.js';
import type { RolePermissions } from './role-permissions.js';

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
  if (!allowed) throw refused(accessRefusals, 'AUTH-5mWD2');
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
