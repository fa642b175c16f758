import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { ORGANIZATION_CLAIM, projectRolesClaim, ROLES_CLAIM, reachOf } from '../claims.js';
import type { IssuerRecord } from './issuer-file.js';

export const DEFAULT_ROLE = 'IAM_OWNER';
export const DEFAULT_LIFETIME_SECONDS = 12 * 60 * 60;

/** The claims of a development token; the default of each is the first user, organization and so on. */
export interface TokenRequest {
  readonly user?: string | undefined;
  readonly organization?: string | undefined;
  /** Default: {@link DEFAULT_ROLE}. */
  readonly roles?: readonly string[] | undefined;
  /** The project in which PROJECT_* roles are granted. */
  readonly projectId?: string | undefined;
  /** Default: {@link DEFAULT_LIFETIME_SECONDS}. */
  readonly expiresInSeconds?: number | undefined;
}

/**
 * Signs a token of the development issuer.
 *
 * @throws Error the issuer's server has never started, or a PROJECT_* role is given without a project
 */
export async function mintToken(record: IssuerRecord, request: TokenRequest, clock: Clock): Promise<string> {
  const { issuer, audience, privateKey } = record;
  if (issuer === undefined || audience === undefined) {
    throw new Error('the development issuer has not served yet, so nobody knows its address: run `npm start` first');
  }
  const organization = request.organization ?? record.organization;
  const issuedAt = Math.floor(clock() / 1000);
  return new SignJWT({ [ORGANIZATION_CLAIM]: organization, ...roleClaims(request, organization) })
    .setProtectedHeader({ alg: 'ES256', kid: privateKey.kid ?? '', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(request.user ?? record.user)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + (request.expiresInSeconds ?? DEFAULT_LIFETIME_SECONDS))
    .setJti(randomUUID())
    .sign(await importJWK(privateKey, 'ES256'));
}

/** Roles as ZITADEL writes them: the roles of a project have a claim of their own. */
export function roleClaims(
  { roles = [DEFAULT_ROLE], projectId }: TokenRequest,
  organization: string,
): Record<string, unknown> {
  const inOrganization = { [organization]: 'localhost' };
  const claim = (chosen: readonly string[]) => Object.fromEntries(chosen.map((role) => [role, inOrganization]));
  const ofProject = roles.filter((role) => reachOf(role) === 'project');
  if (ofProject.length > 0 && projectId === undefined) {
    throw new Error(`the role ${ofProject[0]} holds within one project: say which`);
  }
  return {
    [ROLES_CLAIM]: claim(roles.filter((role) => !ofProject.includes(role))),
    ...(projectId === undefined ? {} : { [projectRolesClaim(projectId)]: claim(ofProject) }),
  };
}
