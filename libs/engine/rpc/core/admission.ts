import type { IncomingHttpHeaders } from 'node:http';
import type { RequestRecord } from '../access-log/request-record.js';
import type { AccessRule } from './contract.js';

/** The parts of a request that identify its caller. */
export interface AdmissionRequest {
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** Receives the caller for the access log; undefined: there is no access log. */
  readonly record: RequestRecord | undefined;
  /** The resource in the rule's `scopeField`; read after authentication. */
  readonly scope: () => string | undefined;
  /** The client's address; read only if calls are rate-limited. */
  readonly remoteAddress: () => string;
}

/** Decides who may make a call, the same for every protocol. */
export interface Admission {
  /**
   * Authenticates, rate-limits and authorizes the caller.
   *
   * @returns the `identity` for the bound method
   * @throws ContractError the caller is not authenticated, exceeds the rate limit, or lacks the permission
   */
  admit(rule: AccessRule, request: AdmissionRequest): Promise<unknown>;
}
