import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { closeWhenStopping, neverKept } from '../../core/answer-headers.js';
import type { WireAnswer } from './wire.js';

/** Sends an encoded answer directly on Node's response, with the headers that were set on the reply. */
export function sendWire(reply: FastifyReply, { status, code, headers, body, trailers }: WireAnswer): FastifyReply {
  closeWhenStopping(reply);
  reply.hijack();
  reply.request.record?.sent(body.length, code);
  const { raw } = reply;
  raw.writeHead(status, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    ...neverKept,
    ...headers,
    'x-request-id': reply.request.id,
    ...(trailers === undefined && { 'content-length': body.length }),
  });
  if (trailers !== undefined) raw.addTrailers(trailers);
  raw.end(body);
  return reply;
}
