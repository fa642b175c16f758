import { readFile } from 'node:fs/promises';
import { defaultRolePermissions, parseRolePermissions, type RolePermissions } from './permissions.js';

/**
 * The table of roles that is in force.
 *
 * @param path a JSON file from role to permissions; undefined: the built-in table
 * @throws Error names the file and says what is wrong with it
 */
export async function readRolePermissions(path: string | undefined): Promise<RolePermissions> {
  if (path === undefined) return defaultRolePermissions;
  try {
    return parseRolePermissions(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`APPLEDGER_ROLES_FILE ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
