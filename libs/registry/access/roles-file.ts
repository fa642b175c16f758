import { readFile } from 'node:fs/promises';
import { parseRolePermissions } from './permissions.js';
import type { RolePermissions } from './role-permissions.js';

/**
 * The permissions of each role.
 *
 * @param path a JSON file from role to permissions; undefined: the built-in table
 * @param builtIn the built-in table
 * @throws Error it cannot be used; the message names the file and the reason
 */
export async function readRolePermissions(
  path: string | undefined,
  builtIn: RolePermissions,
): Promise<RolePermissions> {
  if (path === undefined) return builtIn;
  try {
    return parseRolePermissions(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`APPLEDGER_ROLES_FILE ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
