import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { finished } from 'node:stream';
import type { AccessLog } from '../../access-log/access-log.js';
import { headOfCall } from '../../access-log/request-head.js';
import { neverKept } from '../../core/answer-headers.js';
import type { StreamingCall } from '../../core/call.js';
import { requestIdOf } from '../../core/request-identity.js';
import { type EdgeOptions, edgeHeaders } from '../../edge/edge.js';
import type { StreamHandler } from '../../listener/one-port.js';
import { rpcPath } from '../wire/rpc-path.js';
import type { Duplex } from './answer-writer.js';
import { compileFramedStream, type StreamingServer } from './framed-stream.js';
import { type StreamWire, streamWire } from './stream-wire.js';

/** The streaming calls, with what serving them on HTTP/2 streams needs besides. */
export interface Http2StreamingOptions extends StreamingServer {
  readonly edge: EdgeOptions;
  readonly accessLog: AccessLog;
}

type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, wire: StreamWire) => void;

/** Serves the streaming calls of every protocol directly on HTTP/2 streams. */
export function http2Streaming(options: Http2StreamingOptions): StreamHandler {
  const serves = new Map<string | undefined, Serve>(
    options.streaming.map((call) => [rpcPath(call.method), compileServe(call, options)]),
  );
  return (stream, headers) => {
    const serve = serves.get(headers[':path']);
    const wire = serve && streamWire(headers['content-type']);
    if (serve === undefined || wire === undefined || headers[':method'] !== 'POST') return false;
    serve(stream, headers, wire);
    return true;
  };
}

function compileServe(call: StreamingCall, options: Http2StreamingOptions): Serve {
  const { edge, accessLog } = options;
  const serve = compileFramedStream(call, options);
  return (stream, headers, wire) => {
    const requestId = requestIdOf(headers['x-request-id']);
    const answerHeaders: OutgoingHttpHeaders = {
      ':status': 200,
      ...neverKept,
      ...edgeHeaders(edge, headers.origin),
      'x-request-id': requestId,
      ...wire.headers,
    };
    const exchange = {
      requestId,
      headers,
      record: accessLog.begin(() => headOfCall(call, requestId, wire.protocol, headers), stream),
      remoteAddress: () => stream.session?.socket.remoteAddress ?? '',
      setHeader: (name: string, value: string) => {
        answerHeaders[name] = value;
      },
      onClose: (callback: () => void) => void finished(stream, { readable: false }, callback),
    };
    void serve(wire, { exchange, incoming: stream, duplex: duplexOf(stream, answerHeaders) });
  };
}

function duplexOf(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): Duplex {
  let last: Readonly<Record<string, string>> = {};
  return {
    incoming: stream,
    outgoing: stream,
    begin: () => {
      stream.respond(headers, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers(last));
    },
    trailers: (trailers) => {
      last = trailers;
    },
    cut: () => stream.close(constants.NGHTTP2_CANCEL),
  };
}
