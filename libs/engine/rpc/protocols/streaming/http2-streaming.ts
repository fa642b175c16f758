import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { AccessLog } from '../../access-log/access-log.js';
import { headOfCall } from '../../access-log/request-head.js';
import { neverKept } from '../../core/answer-headers.js';
import { timeoutOf } from '../../core/deadline.js';
import { faultFor } from '../../core/fault-for.js';
import { requestIdOf } from '../../core/request-identity.js';
import { type EdgeOptions, edgeHeaders } from '../../edge/edge.js';
import type { StreamHandler } from '../../listener/one-port.js';
import { rpcPath } from '../wire/rpc-path.js';
import { type Duplex, serveStreaming } from './serve-streaming.js';
import { streamWire } from './stream-wire.js';
import type { StreamingCall } from './streaming-call.js';

/** What streams over HTTP/2, and what is needed for it. */
export interface Http2StreamingOptions {
  readonly streaming: readonly StreamingCall[];
  readonly log: Log;
  readonly edge: EdgeOptions;
  readonly accessLog: AccessLog;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** Serves the calls that stream, in every protocol, on the streams of HTTP/2 themselves. */
export function http2Streaming({ streaming, log, edge, accessLog, stopping }: Http2StreamingOptions): StreamHandler {
  const calls = new Map<string | undefined, StreamingCall>(streaming.map((call) => [rpcPath(call.method), call]));
  return (stream, headers) => {
    const call = calls.get(headers[':path']);
    const wire = call && streamWire(headers['content-type']);
    if (call === undefined || wire === undefined || headers[':method'] !== 'POST') return false;
    const requestId = requestIdOf(headers['x-request-id']);
    const common = { ...neverKept, ...edgeHeaders(edge, headers.origin), 'x-request-id': requestId };
    void serveStreaming(call, duplexOf(stream, { ':status': 200, ...common, ...wire.headers }), {
      wire,
      stopping,
      record: accessLog.begin(() => headOfCall(call, requestId, wire.protocol, headers), stream),
      timeoutMs: () => timeoutOf(headers),
      errorFor: (error) => faultFor(error, requestId, log).error,
    });
    return true;
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
  };
}
