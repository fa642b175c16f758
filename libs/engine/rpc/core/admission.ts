import { ContractError } from '#libs/engine/errors/contract-error.js';
import { anonymous, type Caller } from '#libs/registry/access/caller.js';
import { authorize, type RolePermissions } from '#libs/registry/access/permissions.js';
import type { TokenVerifier } from '#libs/registry/access/token-verifier.js';
import { MAX_ORGANIZATION_LENGTH, ORGANIZATION_HEADER, ORGANIZATION_PATTERN } from '#libs/registry/contract/headers.js';
import type { RequestRecord } from '../access-log/request-record.js';
import type { CallerLimits } from '../limits/caller-limits.js';
import type { Call } from './call.js';

/** What a request says of who calls and where. */
export interface Credentials {
  readonly requestId: string;
  /** Takes note of who calls and where. */
  readonly record: RequestRecord | undefined;
  readonly authorization: string | undefined;
  /** The header {@link ORGANIZATION_HEADER}. */
  readonly organization: string | undefined;
  /** The project that the request names; asked for once it is known who calls. */
  readonly projectId: () => string | undefined;
  /** Where the request comes from; asked for only where calls are counted. */
  readonly remoteAddress: () => string;
}

/** Who was let in, and in which organization the call works. */
export interface Admitted {
  readonly caller: Caller;
  readonly organization: string;
}

/** Authenticates, counts and authorizes, for every protocol alike. */
export class Admission {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly roles: RolePermissions,
    /** undefined: everyone may call as often as they like. */
    private readonly limits?: CallerLimits,
  ) {}

  /** @throws ContractError who calls is not known, calls too often, or may not make the call */
  async admit({ permission, everywhere }: Call, credentials: Credentials): Promise<Admitted> {
    if (permission === undefined) {
      this.limits?.countAnonymous(credentials.remoteAddress());
      return { caller: anonymous, organization: anonymous.organization };
    }
    const caller = await this.#verify(credentials);
    this.limits?.countUser(caller);
    const organization = credentials.organization || caller.organization;
    note(credentials.record, caller, organization);
    const where = everywhere ? undefined : organization;
    authorize(this.roles, caller, { permission, organization: where, projectId: credentials.projectId() });
    if (!isOrganization(organization)) {
      const rule = `must have at most ${MAX_ORGANIZATION_LENGTH} characters, all of them visible ASCII`;
      throw ContractError.invalidField(ORGANIZATION_HEADER, rule);
    }
    return { caller, organization };
  }

  async #verify({ authorization, remoteAddress, requestId }: Credentials): Promise<Caller> {
    if (this.limits === undefined) return this.verifier.verify(authorization, requestId);
    return (
      this.verifier.known(authorization) ??
      this.limits.verifying(remoteAddress(), () => this.verifier.verify(authorization, requestId))
    );
  }
}

function note(record: RequestRecord | undefined, caller: Caller, organization: string): void {
  if (record === undefined) return;
  record.user = caller.user;
  if (isOrganization(organization)) record.organization = organization;
}

function isOrganization(id: string): boolean {
  return ORGANIZATION_PATTERN.test(id) && id.length <= MAX_ORGANIZATION_LENGTH;
}
