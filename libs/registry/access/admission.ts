import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { RequestRecord } from '#libs/engine/rpc/access-log/request-record.js';
import type { Admission, AdmissionRequest } from '#libs/engine/rpc/core/admission.js';
import { oneHeader } from '#libs/engine/rpc/core/call-context.js';
import type { AccessRule } from '#libs/engine/rpc/core/contract.js';
import type { CallerLimits } from '#libs/engine/rpc/limits/caller-limits.js';
import { APPLICATION_SCOPE } from '../contract/call-options.js';
import {
  MAX_ORGANIZATION_LENGTH,
  ORGANIZATION_HEADER,
  ORGANIZATION_PATTERN,
  POSITION_HEADER,
  POSITION_PATTERN,
} from '../contract/headers.js';
import { anonymous, type Caller } from './caller.js';
import type { Identity } from './identity.js';
import { authorize, holdsEverywhere } from './permissions.js';
import type { RolePermissions } from './role-permissions.js';
import type { TokenVerifier } from './token-verifier.js';

const nobody: Identity = {
  caller: anonymous,
  organization: anonymous.organization,
  holdsEverywhere: () => false,
};

/** Finds the project of a permission for calls that name an application alone. */
export interface ApplicationProjects {
  /** The project of an application that an organization owns, or owned before its removal; undefined: there is none. */
  projectOf(applicationId: string, organization: string): Promise<string | undefined>;
}

/** Authenticates callers by their token, counts their calls, and authorizes them by their roles. */
export class TokenAdmission implements Admission {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly roles: RolePermissions,
    /** undefined: calls are not limited. */
    private readonly limits?: CallerLimits,
    /** undefined: no call names an application alone. */
    private readonly projects?: ApplicationProjects,
  ) {}

  /** @throws ContractError the caller is not authenticated or permitted, exceeds the rate, or sends a wrong header */
  async admit(rule: AccessRule, request: AdmissionRequest): Promise<Identity> {
    const { permission, everywhere } = rule;
    if (permission === undefined) {
      this.limits?.countAnonymous(request.remoteAddress());
      return nobody;
    }
    const { headers, record, scope } = request;
    const caller = await this.#verify(request);
    this.limits?.countUser(caller.user);
    const organization = oneHeader(headers[ORGANIZATION_HEADER]) || caller.organization;
    note(record, caller, organization);
    const where = everywhere ? undefined : organization;
    const projectId =
      rule.scopeKind === APPLICATION_SCOPE ? await this.#projectOf(caller, organization, scope()) : scope();
    authorize(this.roles, caller, { permission, organization: where, projectId });
    if (!isOrganization(organization)) {
      const rule = `must have at most ${MAX_ORGANIZATION_LENGTH} characters, all of them visible ASCII`;
      throw ContractError.invalidField(ORGANIZATION_HEADER, rule);
    }
    checkPosition(oneHeader(headers[POSITION_HEADER]));
    return {
      caller,
      organization,
      holdsEverywhere: (wanted) => holdsEverywhere(this.roles, caller, wanted),
    };
  }

  /** The project of an application, which is looked up for callers with a role in a project only. */
  async #projectOf(caller: Caller, organization: string, applicationId = ''): Promise<string | undefined> {
    if (!caller.grants.some(({ project }) => project !== undefined)) return undefined;
    return this.projects?.projectOf(applicationId, organization);
  }

  async #verify({ headers: { authorization }, remoteAddress, requestId }: AdmissionRequest): Promise<Caller> {
    if (this.limits === undefined) return this.verifier.verify(authorization, requestId);
    return (
      this.verifier.known(authorization) ??
      this.limits.verifying(remoteAddress(), () => this.verifier.verify(authorization, requestId))
    );
  }
}

function note(record: RequestRecord | undefined, { user }: Caller, organization: string): void {
  if (record === undefined) return;
  record.caller = { user, ...(isOrganization(organization) && { organization }) };
}

function isOrganization(id: string): boolean {
  return ORGANIZATION_PATTERN.test(id) && id.length <= MAX_ORGANIZATION_LENGTH;
}

/** Calls that write do not use the header, but it is checked for them too. */
function checkPosition(position: string | undefined): void {
  if (position !== undefined && !POSITION_PATTERN.test(position)) {
    throw ContractError.invalidField(POSITION_HEADER, 'must be a position as a write answers it');
  }
}
