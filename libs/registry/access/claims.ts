import type { Caller, Grant } from './caller.js';
import { isIdentifier, MAX_IDENTIFIER_CHARACTERS } from './identifier.js';
import type { Claims } from './issued-token.js';

/**
 * The claims in which ZITADEL states the identity and the roles of a user
 * (zitadel.com/docs/apis/openidoauth/claims, "Reserved claims").
 */
export const ORGANIZATION_CLAIM = 'urn:zitadel:iam:user:resourceowner:id';
export const ROLES_CLAIM = 'urn:zitadel:iam:org:project:roles';
const PROJECT_ROLES_CLAIM = /^urn:zitadel:iam:org:project:([^:]+):roles$/;

/** The claim that holds the roles of one project: `{ROLE: {ORGANIZATION: domain}}`, like {@link ROLES_CLAIM}. */
export function projectRolesClaim(projectId: string): string {
  return `urn:zitadel:iam:org:project:${projectId}:roles`;
}

/** The scope of a role, which the prefix of its name states; undefined: it is not a role of Appledger's. */
export function reachOf(role: string): 'everywhere' | 'organization' | 'project' | undefined {
  if (role.startsWith('IAM_')) return 'everywhere';
  if (role.startsWith('ORG_')) return 'organization';
  return role.startsWith('PROJECT_') ? 'project' : undefined;
}

/** The caller whom a verified token names; undefined when it does not name a user and an organization. */
export function callerOf(claims: Claims): Caller | undefined {
  const user = textOf(claims.sub);
  const organization = textOf(claims[ORGANIZATION_CLAIM]);
  if (user === undefined || organization === undefined) return undefined;
  const client = textOf(claims.client_id) ?? textOf(claims.azp);
  return { user, organization, ...(client === undefined ? {} : { client }), grants: grantsOf(claims) };
}

/** The reason why a name of a caller is not a valid identifier; undefined: all are valid. */
export function faultOfNames({ user, organization, client, grants }: Caller): string | undefined {
  const names = {
    user: [user],
    organization: [organization],
    client: client === undefined ? [] : [client],
    roles: grants.flatMap((grant) => Object.values(grant)),
  };
  const wrong = Object.entries(names).find(([, identifiers]) => !identifiers.every(isIdentifier))?.[0];
  return wrong && `the ${wrong} must be named with 1 to ${MAX_IDENTIFIER_CHARACTERS} characters that can be seen`;
}

function grantsOf(claims: Claims): readonly Grant[] {
  const grants: Grant[] = [];
  for (const [role, organization] of rolesIn(claims[ROLES_CLAIM])) {
    const reach = reachOf(role);
    if (reach === 'everywhere') grants.push({ role });
    if (reach === 'organization') grants.push({ role, organization });
  }
  for (const [claim, roles] of Object.entries(claims)) {
    const project = PROJECT_ROLES_CLAIM.exec(claim)?.[1];
    if (project === undefined) continue;
    for (const [role, organization] of rolesIn(roles)) {
      if (reachOf(role) === 'project') grants.push({ role, organization, project });
    }
  }
  return grants;
}

/** Each role with each organization in which it is granted. A claim of another form grants none. */
function* rolesIn(claim: unknown): Iterable<readonly [role: string, organization: string]> {
  for (const [role, organizations] of entriesOf(claim)) {
    for (const [organization] of entriesOf(organizations)) yield [role, organization];
  }
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
