import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { finished } from 'node:stream';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { AccessLog } from '../../access-log/access-log.js';
import { headOfCall } from '../../access-log/request-head.js';
import type { Admission } from '../../core/admission.js';
import { neverKept, retryHeaders } from '../../core/answer-headers.js';
import type { Call } from '../../core/call.js';
import { requestIdOf } from '../../core/request-identity.js';
import { type CallRunner, compileRun } from '../../core/run-call.js';
import { type EdgeOptions, edgeHeaders } from '../../edge/edge.js';
import { codeOf, httpErrorOf } from '../../errors/http-error-of.js';
import type { StreamHandler } from '../../listener/one-port.js';
import type { RequestMeter } from '../../metrics/request-meter.js';
import type { RequestMetrics } from '../../metrics/request-metrics.js';
import { type Codec, codecsOf } from '../wire/codec.js';
import { rpcPath } from '../wire/rpc-path.js';
import { runMessage } from '../wire/run-message.js';
import type { WireAnswer } from '../wire/wire.js';
import { framedWire } from '../wire/wires.js';
import { bodyOf } from './body-of.js';
import { end } from './end.js';
import { grpcHeaders, grpcWire } from './grpc-wire.js';

/** The calls served as gRPC, and their dependencies. */
export interface GrpcOptions {
  /** Unary calls, including unbound ones. */
  readonly calls: readonly Call[];
  readonly admission: Admission;
  readonly metrics: RequestMetrics;
  readonly log: Log;
  readonly edge: EdgeOptions;
  readonly accessLog: AccessLog;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, requestId: string) => void;

interface UnaryCall extends Codec {
  readonly call: Call;
  readonly run: CallRunner;
  readonly meter: RequestMeter;
  readonly log: Log;
  readonly edge: EdgeOptions;
  readonly accessLog: AccessLog;
}

/**
 * Serves gRPC directly on HTTP/2 streams, because Node's request and response objects would cost more than the call
 * itself. Ignores streams that are not gRPC, or not on the path of a call.
 */
export function grpcStreams({ calls, admission, metrics, log, edge, accessLog, stopping }: GrpcOptions): StreamHandler {
  const serves = new Map<string | undefined, Serve>();
  for (const call of calls) {
    const meters = metrics.of(call);
    const run = compileRun(call, { admission, meters, stopping });
    const unary: UnaryCall = { ...codecsOf(call).proto, call, run, meter: meters.grpc, log, edge, accessLog };
    serves.set(rpcPath(call.method), (stream, headers, requestId) => {
      void serveUnary(unary, stream, headers, requestId);
    });
  }
  return (stream, headers) => {
    const serve = serves.get(headers[':path']);
    if (serve === undefined || headers[':method'] !== 'POST') return false;
    if (framedWire(headers['content-type']) !== grpcWire) return false;
    serve(stream, headers, requestIdOf(headers['x-request-id']));
    return true;
  };
}

async function serveUnary(
  { call, run, meter, decode, encode, log, edge, accessLog }: UnaryCall,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  requestId: string,
): Promise<void> {
  const answerHeaders = initialHeaders(requestId, edge, headers);
  const record = accessLog.begin(() => headOfCall(call, requestId, 'grpc', headers), stream);
  const exchange = {
    requestId,
    headers,
    record,
    remoteAddress: () => stream.session?.socket.remoteAddress ?? '',
    setHeader: (name: string, value: string) => {
      answerHeaders[name] = value;
    },
    onClose: (callback: () => void) => void finished(stream, { readable: false }, callback),
  };
  const send = (head: OutgoingHttpHeaders, answer: WireAnswer) => {
    record?.sent(answer.body.length, answer.code);
    end(stream, head, answer);
  };
  try {
    const body = await bodyOf(stream, grpcWire.maxBodyBytes).catch((error: unknown) => {
      meter.refused(codeOf(error));
      throw error;
    });
    if (body === undefined) return; // the client has disconnected: do not run the call
    const answer = await runMessage(run, call, 'grpc', exchange, () => decode(grpcWire.unwrap(body, headers)));
    send(answerHeaders, grpcWire.answer(encode(answer)));
  } catch (error) {
    const httpError = httpErrorOf(error, requestId, log);
    send({ ...answerHeaders, ...retryHeaders(httpError.error) }, grpcWire.errorAnswer(httpError));
  }
}

function initialHeaders(requestId: string, edge: EdgeOptions, { origin }: IncomingHttpHeaders): OutgoingHttpHeaders {
  return {
    ':status': 200,
    ...grpcHeaders,
    ...neverKept,
    ...edgeHeaders(edge, origin),
    'x-request-id': requestId,
  };
}
