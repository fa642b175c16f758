import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { type AccessLog, noAccessLog } from '../access-log/access-log.js';
import type { RequestHead } from '../access-log/request-record.js';
import { shownPath, shownWord } from '../access-log/shown-path.js';
import { neverKept } from '../core/answer-headers.js';
import { requestIdOf, traceparentOf } from '../core/request-identity.js';
import { type EdgeOptions, edgeHeaders } from '../edge/edge.js';
import { errorBody } from '../errors/error-body.js';
import { end } from '../protocols/grpc/end.js';
import { answerHeaders } from '../protocols/rest/answer.js';
import { errorWire } from '../protocols/wire/error-wire.js';
import type { WireAnswer } from '../protocols/wire/wire.js';
import type { StreamRefusal } from './one-port.js';

/** Answers streams that reach no route, or whose request is late: in the form of gRPC, gRPC-web or Connect if the request is one, or as JSON. */
export function streamRefusal(edge: EdgeOptions, accessLog: AccessLog = noAccessLog): StreamRefusal {
  return (stream: ServerHttp2Stream, headers, httpError, served) => {
    const answer: WireAnswer = errorWire(headers)?.errorAnswer(httpError) ?? {
      status: httpError.status,
      code: httpError.error.code,
      headers: answerHeaders,
      body: Buffer.from(errorBody(httpError.error)),
    };
    const requestId = requestIdOf(headers['x-request-id']);
    const { code } = httpError.error;
    if (served === undefined) accessLog.refused(headOf(requestId, headers), code, answer.body.length);
    else accessLog.refusedWhileServed(served, code, answer.body.length);
    const common = {
      ...neverKept,
      ...edgeHeaders(edge, headers.origin),
      'x-request-id': requestId,
    };
    end(stream, { ':status': answer.status, ...common, ...answer.headers }, answer);
    // The rest of the request is not needed.
    stream.once('finish', () => {
      if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  };
}

function headOf(requestId: string, headers: IncomingHttpHeaders): RequestHead {
  const { ':method': verb = '', ':path': path = '', traceparent } = headers;
  return {
    requestId,
    protocol: errorWire(headers)?.protocol ?? 'rest',
    method: `${shownWord(verb)} ${shownPath(path)}`,
    traceparent: traceparentOf(traceparent),
  };
}
