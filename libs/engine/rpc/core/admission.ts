import type { IncomingHttpHeaders } from 'node:http';
import type { RequestRecord } from '../access-log/request-record.js';
import type { AccessRule } from './contract.js';

/** What a request says of its caller. */
export interface AdmissionRequest {
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** Where to note who calls, for the access log; undefined: nowhere. */
  readonly record: RequestRecord | undefined;
  /** The resource that the rule's `scopeField` names; asked for once it is known who calls. */
  readonly scope: () => string | undefined;
  /** The client's address; asked for only where calls are counted. */
  readonly remoteAddress: () => string;
}

/** Decides who may make a call, for every protocol alike. */
export interface Admission {
  /**
   * Authenticates, counts and authorizes the caller.
   *
   * @returns what the bound method gets as `identity`
   * @throws ContractError the caller is not known, calls too often, or may not make the call
   */
  admit(rule: AccessRule, request: AdmissionRequest): Promise<unknown>;
}
