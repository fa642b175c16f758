import type { FastifyReply } from 'fastify';

/** What every answer says of itself, whatever its protocol: it is what it says it is, and nobody may keep it. */
export const neverKept = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/**
 * Ends the connection with its answer while the server stops: one that stayed open would hold up the end. HTTP/2 has
 * another way to say so.
 */
export function closeWhenStopping(reply: FastifyReply): void {
  if (!reply.server.server.listening && reply.raw.req.httpVersionMajor === 1) reply.header('connection', 'close');
}
