import type { FastifyReply } from 'fastify';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import { errorBody } from './error-body.js';
import type { HttpFault } from './http-fault.js';

/** What every answer says of itself: it is JSON and nothing else, and nobody may keep it. */
export const answerHeaders = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/** Sends JSON text. */
export function sendJson(reply: FastifyReply, status: number, json: string): FastifyReply {
  // A connection that stayed open after its last answer would hold up the server's end.
  if (!reply.server.server.listening) reply.header('connection', 'close');
  return reply
    .code(status)
    .headers({ ...answerHeaders, 'x-request-id': reply.request.id })
    .send(Buffer.from(json)); // as text, Fastify would add a charset, which JSON has not
}

/** Sends an error as the contract has it. */
export function sendError(reply: FastifyReply, { status, error }: HttpFault): FastifyReply {
  if (error.code === Code.UNAUTHENTICATED) reply.header('www-authenticate', 'Bearer');
  return sendJson(reply, status, errorBody(error));
}
