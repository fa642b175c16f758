import type { OutgoingHttpHeaders } from 'node:http';
import { constants, type Http2ServerResponse } from 'node:http2';
import type { FastifyReply } from 'fastify';
import { neverKept } from '../../core/answer-headers.js';
import type { Duplex } from './answer-writer.js';
import type { StreamWire } from './stream-wire.js';

/** Both directions of a request that came through Fastify. Its reply must be hijacked before anything is written. */
export function replyDuplex(reply: FastifyReply, { headers }: StreamWire): Duplex {
  const { raw, request } = reply;
  return {
    incoming: request.raw,
    outgoing: raw,
    begin: () => {
      raw.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        ...neverKept,
        ...headers,
        'x-request-id': request.id,
      } as OutgoingHttpHeaders);
      raw.flushHeaders();
    },
    trailers: (trailers) => raw.addTrailers(trailers),
    cut: () => {
      const { stream } = raw as unknown as Partial<Http2ServerResponse>;
      if (stream === undefined) raw.destroy();
      else stream.close(constants.NGHTTP2_CANCEL);
    },
  };
}
