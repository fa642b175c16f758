import type { Caller, Grant } from './caller.js';
import { claimAt, isObject } from './claim-path.js';
import { isIdentifier, MAX_IDENTIFIER_CHARACTERS } from './identifier.js';
import type { Claims } from './issued-token.js';

/**
 * The claims in which ZITADEL states the identity and the roles of a user
 * (zitadel.com/docs/apis/openidoauth/claims, "Reserved claims").
 */
export const ORGANIZATION_CLAIM = 'urn:zitadel:iam:user:resourceowner:id';
export const ROLES_CLAIM = 'urn:zitadel:iam:org:project:roles';
const PROJECT_ROLES_CLAIM = /^urn:zitadel:iam:org:project:([^:]+):roles$/;

/** The names of the claims of a caller, or the paths to them: see `claim-path.ts`. */
export interface ClaimNames {
  readonly user: string;
  readonly organization: string;
  readonly roles: readonly string[];
  readonly client: readonly string[];
}

/** The claims of ZITADEL's tokens. */
export const zitadelClaims: ClaimNames = {
  user: 'sub',
  organization: ORGANIZATION_CLAIM,
  roles: [ROLES_CLAIM],
  client: ['client_id', 'azp'],
};

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
export function callerOf(claims: Claims, names: ClaimNames = zitadelClaims): Caller | undefined {
  const user = textOf(claimAt(claims, names.user));
  const organization = oneTextOf(claimAt(claims, names.organization));
  if (user === undefined || organization === undefined) return undefined;
  const client = names.client.map((name) => textOf(claimAt(claims, name))).find((text) => text !== undefined);
  const grants = grantsOf(claims, names, organization);
  return { user, organization, ...(client === undefined ? {} : { client }), grants };
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

function grantsOf(claims: Claims, { roles }: ClaimNames, organization: string): readonly Grant[] {
  const stated = roles.map((name) => ({ name, claim: claimAt(claims, name) }));
  return [
    ...stated.flatMap(({ name, claim }) =>
      name === ROLES_CLAIM || isObject(claim) ? grantsByOrganization(claim) : listedGrants(claim, organization),
    ),
    ...(roles.includes(ROLES_CLAIM) ? projectGrants(claims) : []),
  ];
}

/** The form of ZITADEL: each role with the organizations in which it is granted. */
function grantsByOrganization(claim: unknown): readonly Grant[] {
  return [...rolesIn(claim)].flatMap(([role, organization]) => {
    const reach = reachOf(role);
    if (reach === 'everywhere') return [{ role }];
    return reach === 'organization' ? [{ role, organization }] : [];
  });
}

function projectGrants(claims: Claims): readonly Grant[] {
  const grants: Grant[] = [];
  for (const [claim, roles] of Object.entries(claims)) {
    const project = PROJECT_ROLES_CLAIM.exec(claim)?.[1];
    if (project === undefined) continue;
    for (const [role, organization] of rolesIn(roles)) {
      if (reachOf(role) === 'project') grants.push({ role, organization, project });
    }
  }
  return grants;
}

/**
 * The form of other issuers: a list of roles, or a text with blanks between them. They hold in the user's own
 * organization. A role within a project names it behind a colon: `PROJECT_OWNER:228204399198372864`.
 */
function listedGrants(claim: unknown, organization: string): readonly Grant[] {
  const listed = Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(' ') : [];
  return listed
    .filter((each) => typeof each === 'string')
    .flatMap((each): readonly Grant[] => {
      const [role = '', project] = each.split(':', 2);
      const reach = reachOf(role);
      if (reach === 'project') return project ? [{ role, organization, project }] : [];
      if (reach === undefined || project !== undefined) return [];
      return reach === 'everywhere' ? [{ role }] : [{ role, organization }];
    });
}

/** Each role with each organization in which it is granted. A claim of another form grants none. */
function* rolesIn(claim: unknown): Iterable<readonly [role: string, organization: string]> {
  for (const [role, organizations] of entriesOf(claim)) {
    for (const [organization] of entriesOf(organizations)) yield [role, organization];
  }
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

/** A text, or the only one of a list, or the only name of an object: Keycloak states organizations in all three ways. */
function oneTextOf(value: unknown): string | undefined {
  const candidates = isObject(value) ? Object.keys(value) : [value].flat();
  return candidates.length === 1 ? textOf(candidates[0]) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
