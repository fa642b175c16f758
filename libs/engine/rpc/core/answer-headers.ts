import type { FastifyReply } from 'fastify';
import type { ContractError } from '#libs/engine/errors/contract-error.js';
import { securityHeaders } from '../edge/security-headers.js';

/** Headers of every answer, whatever its protocol. */
export const neverKept = securityHeaders;

/**
 * Closes the connection after this answer while the server stops, because an open connection would delay the stop.
 * HTTP/2 uses GOAWAY instead.
 */
export function closeWhenStopping(reply: FastifyReply): void {
  if (!reply.server.server.listening && reply.raw.req.httpVersionMajor === 1) reply.header('connection', 'close');
}

/** The header with the time to retry, if the error has one. */
export function retryHeaders({ retryAfterSeconds }: ContractError): Readonly<Record<string, string>> {
  return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
}
