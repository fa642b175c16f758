import { parseArgs } from 'node:util';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { reachOf } from '#libs/registry/access/claims.js';
import { passwordUsersOf } from '#libs/registry/access/development-issuer/development-users.js';
import {
  type IssuerRecord,
  issuerFileIn,
  readIssuerRecord,
} from '#libs/registry/access/development-issuer/issuer-file.js';
import {
  DEFAULT_LIFETIME_SECONDS,
  DEFAULT_ROLE,
  mintToken,
  type TokenRequest,
} from '#libs/registry/access/development-issuer/mint-token.js';
import { readRolePermissions } from '#libs/registry/access/roles-file.js';
import { features } from '#libs/registry/features.js';
import { UsageError } from './usage-error.js';

/** Of the longest name of a user. */
const NAME_WIDTH = 13;
const MAX_LIFETIME_SECONDS = 31_536_000; // a year

const help = `Prints a bearer token of the development issuer, for scripts.

    npm run -s token -- [options]

  --role ROLE…          roles of the user, one or several; default: ${DEFAULT_ROLE}
  --org ID              organization of the user; default: the first one
  --user ID             default: the first user
  --project ID          the project to which PROJECT_* roles apply
  --expires-in SECONDS  default: ${DEFAULT_LIFETIME_SECONDS}
  --users               prints the users who can sign in and their passwords instead
  --help

It reads the issuer's key from APPLEDGER_DATA_DIR (default: ./data), where npm start has written it, or from
APPLEDGER_DEVELOPMENT_ISSUER_FILE.`;

const options = {
  role: { type: 'string', multiple: true },
  org: { type: 'string' },
  user: { type: 'string' },
  project: { type: 'string' },
  'expires-in': { type: 'string' },
  users: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/**
 * The `token` command.
 *
 * @param args the arguments after the command's name
 * @returns the token, the users, or the help
 * @throws UsageError
 */
export async function issueToken(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Promise<string> {
  const { values, roles } = parse(args);
  if (values.help) return help;
  const { dataDir, developmentIssuerFile, issuer, rolesFile } = readConfiguration(env);
  if (issuer !== undefined) {
    throw new UsageError(`APPLEDGER_ISSUER is set, so the server takes tokens of ${issuer} only: get one there`);
  }
  const request: TokenRequest = {
    organization: id('--org', values.org),
    user: id('--user', values.user),
    projectId: id('--project', values.project),
    roles: checkedRoles(roles, values.project, [
      ...(await readRolePermissions(rolesFile, features.rolePermissions)).keys(),
    ]),
    expiresInSeconds: lifetime(values['expires-in']),
  };
  const path = developmentIssuerFile ?? issuerFileIn(dataDir);
  const record = await readIssuerRecord(path);
  if (record?.issuer === undefined) {
    throw new UsageError(
      `there is no development issuer in ${developmentIssuerFile ?? dataDir} yet: run \`npm start\` first`,
    );
  }
  return values.users ? userTable(record) : mintToken(record, request, clock);
}

/** A line for each user who can sign in: name, password, roles. */
function userTable(record: IssuerRecord): string {
  const lines = passwordUsersOf(record).map(
    ({ loginName, password, roles }) => `${loginName.padEnd(NAME_WIDTH)} ${password}  ${roles.join(' ')}`,
  );
  return lines.join('\n');
}

/** Reads the arguments. `--role A B` and `--role A --role B` are the same. */
function parse(args: readonly string[]) {
  try {
    const { values, tokens } = parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
    const roles: string[] = [];
    let last = '';
    for (const token of tokens) {
      if (token.kind === 'option') last = token.name;
      if (token.kind === 'option' && token.name === 'role') roles.push(token.value ?? '');
      if (token.kind !== 'positional') continue;
      if (last !== 'role') throw new UsageError(`unexpected argument ${token.value}: see --help`);
      roles.push(token.value);
    }
    return { values, roles };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message}\nSee --help.`);
  }
}

function checkedRoles(
  roles: readonly string[],
  project: string | undefined,
  known: readonly string[],
): readonly string[] {
  const chosen = roles.length === 0 ? [DEFAULT_ROLE] : roles;
  const unknown = chosen.find((role) => !known.includes(role));
  if (unknown !== undefined) throw new UsageError(`there is no role ${unknown}; there are: ${known.join(', ')}`);
  const ofProject = chosen.find((role) => reachOf(role) === 'project');
  if (ofProject !== undefined && project === undefined) {
    throw new UsageError(`${ofProject} applies to one project: name it with --project ID`);
  }
  if (ofProject === undefined && project !== undefined) {
    throw new UsageError('--project is for PROJECT_* roles: name one with --role');
  }
  return chosen;
}

function id(flag: string, value: string | undefined): string | undefined {
  if (value !== undefined && !/^[\x21-\x7e]{1,200}$/.test(value)) {
    throw new UsageError(`${flag} takes an id of 1 to 200 visible ASCII characters (got ${JSON.stringify(value)})`);
  }
  return value;
}

function lifetime(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (seconds < 1 || seconds > MAX_LIFETIME_SECONDS) {
    throw new UsageError(`--expires-in takes seconds from 1 to ${MAX_LIFETIME_SECONDS} (got ${JSON.stringify(value)})`);
  }
  return seconds;
}
