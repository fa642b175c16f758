import { anonymous, type Caller } from '#libs/auth/caller.js';
import { authorize, type RolePermissions } from '#libs/auth/permissions.js';
import type { TokenVerifier } from '#libs/auth/token-verifier.js';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import type { Call } from './call.js';

/** An organization's id in a header: printable, and as long as the contract's ids may be. */
const ORGANIZATION = /^[\x21-\x7e]{1,200}$/;

/** What a request says of who calls and where. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** The header x-zitadel-orgid. */
  readonly organization: string | undefined;
  /** The project that the request names; asked for once it is known who calls. */
  readonly projectId: () => string | undefined;
}

/** Who was let in, and in which organization the call works. */
export interface Admitted {
  readonly caller: Caller;
  readonly organization: string;
}

/** Authenticates and authorizes, for every protocol alike. */
export class Admission {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly roles: RolePermissions,
  ) {}

  /** @throws ContractError who calls is not known, or may not make the call */
  async admit({ permission }: Call, credentials: Credentials): Promise<Admitted> {
    if (permission === undefined) return { caller: anonymous, organization: anonymous.organization };
    const caller = await this.verifier.verify(credentials.authorization);
    const organization = credentials.organization || caller.organization;
    authorize(this.roles, caller, { permission, organization, projectId: credentials.projectId() });
    if (!ORGANIZATION.test(organization)) {
      throw ContractError.invalidField('x-zitadel-orgid', 'must have 1 to 200 visible ASCII characters');
    }
    return { caller, organization };
  }
}
