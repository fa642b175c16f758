import type { FastifyReply } from 'fastify';
import type { ContractError } from '#libs/engine/errors/contract-error.js';
import { securityHeaders } from '../edge/security-headers.js';

/** What every answer says of itself, whatever its protocol: it is what it says it is, and nobody may keep it. */
export const neverKept = securityHeaders;

/**
 * Ends the connection with its answer while the server stops: one that stayed open would hold up the end. HTTP/2 has
 * another way to say so.
 */
export function closeWhenStopping(reply: FastifyReply): void {
  if (!reply.server.server.listening && reply.raw.req.httpVersionMajor === 1) reply.header('connection', 'close');
}

/** The header that says when to come again, where an error knows it. */
export function retryHeaders({ retryAfterSeconds }: ContractError): Readonly<Record<string, string>> {
  return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
}
