import { constants, type ServerHttp2Stream } from 'node:http2';
import { neverKept } from '../answer-headers.js';
import { type EdgeOptions, edgeHeaders } from '../edge/edge.js';
import { end } from '../grpc/end.js';
import { requestIdOf } from '../request-identity.js';
import { answerHeaders } from '../rest/answer.js';
import { errorBody } from '../rest/error-body.js';
import { faultWire } from '../wire/fault-wire.js';
import type { WireAnswer } from '../wire/wire.js';
import type { StreamRefusal } from './one-port.js';

/** Answers streams that reach no route: in the form of gRPC, gRPC-web or Connect where they are theirs, or as JSON. */
export function streamRefusal(edge: EdgeOptions): StreamRefusal {
  return (stream: ServerHttp2Stream, headers, fault) => {
    const answer: WireAnswer = faultWire(headers)?.failure(fault) ?? {
      status: fault.status,
      headers: answerHeaders,
      body: Buffer.from(errorBody(fault.error)),
    };
    const common = {
      ...neverKept,
      ...edgeHeaders(edge, headers.origin),
      'x-request-id': requestIdOf(headers['x-request-id']),
    };
    end(stream, { ':status': answer.status, ...common, ...answer.headers }, answer);
    // What the client still sends is of no use to anybody.
    stream.once('finish', () => {
      if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  };
}
