import type { Code } from '#libs/engine/errors/code.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { codeOf, failureFor } from './failure.js';
import { type HttpFault, httpFault } from './http-fault.js';
import { httpStatus } from './http-status.js';

/** The code of the fault that a client is told of. */
export function codeFor(error: unknown): Code {
  return httpFault(error)?.error.code ?? codeOf(error);
}

/** What a client is told of whatever was thrown, with its HTTP status. */
export function faultFor(error: unknown, requestId: string, log: Log): HttpFault {
  const fault = httpFault(error);
  if (fault !== undefined) return fault;
  const failure = failureFor(error, requestId, log);
  return { status: httpStatus[failure.code], error: failure };
}
