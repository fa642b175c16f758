import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { WireAnswer } from '../wire/wire.js';

/** Sends a whole answer and ends the stream. Does nothing if the client has reset the stream. */
export function end(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders, { body, trailers }: WireAnswer): void {
  if (stream.closed || stream.destroyed) return;
  if (body.length === 0) {
    stream.respond({ ...headers, ...trailers }, { endStream: true });
    // The rest of the request is not needed.
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  stream.respond(headers, { waitForTrailers: trailers !== undefined });
  if (trailers !== undefined) stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}
