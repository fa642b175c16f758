/** The permissions of each role. */
export type RolePermissions = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The roles and their permissions, as the features of the registry declare them.
 *
 * @param permissions each permission with the roles that have it
 */
export function rolesHolding(permissions: Readonly<Record<string, readonly string[]>>): RolePermissions {
  const roles = new Map<string, Set<string>>();
  for (const [permission, holders] of Object.entries(permissions)) {
    for (const role of holders) roles.set(role, (roles.get(role) ?? new Set()).add(permission));
  }
  return roles;
}
