import { AUTHENTICATED } from '#libs/registry/contract/authenticated.js';
import { refused } from '#libs/registry/shared/refused.js';
import { accessRefusals } from './access.refusals.js';
import type { Caller, Grant } from './caller.js';
import { reachOf } from './claims.js';
import type { RolePermissions } from './role-permissions.js';

/** The permission that a call requires. */
export interface Wanted {
  /** The name in the contract's option, or {@link AUTHENTICATED}. */
  readonly permission: string;
  /** undefined: the call works on all organizations at once. */
  readonly organization: string | undefined;
  /** The project in which the call works; undefined: it does not name one. */
  readonly projectId?: string | undefined;
}

/**
 * Checks that a caller has the permission that a call requires.
 *
 * @throws ContractError AUTH-5mWD2: the caller does not have it
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

/** Whether one of the caller's roles holds a permission in all organizations. */
export function holdsEverywhere(roles: RolePermissions, { grants }: Caller, permission: string): boolean {
  return grants.some(({ role, organization }) => organization === undefined && roles.get(role)?.has(permission));
}

function holdsIn(grant: Grant, organization: string | undefined): boolean {
  return grant.organization === undefined || grant.organization === organization;
}

/**
 * Parses a table of roles from the configuration: `{"ORG_OWNER": ["project.read", …], …}`.
 *
 * @param json the parsed JSON
 * @throws Error an entry is wrong; the message names it and says what it must be
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
