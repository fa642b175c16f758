import type { Readable } from 'node:stream';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Admission } from '../../core/admission.js';
import type { StreamingCall } from '../../core/call.js';
import type { Exchange } from '../../core/call-context.js';
import { httpErrorOf } from '../../errors/http-error-of.js';
import type { RequestMetrics } from '../../metrics/request-metrics.js';
import { codecsOf } from '../wire/codec.js';
import type { Duplex, StreamTimes } from './answer-writer.js';
import { serveStreaming } from './serve-streaming.js';
import { framedRequest } from './stream-requests.js';
import { compileStreamRun } from './stream-run.js';
import type { StreamWire } from './stream-wire.js';

/** The streaming calls, and their dependencies. */
export interface StreamingServer {
  readonly streaming: readonly StreamingCall[];
  readonly admission: Admission;
  readonly metrics: RequestMetrics;
  readonly log: Log;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  readonly times: StreamTimes;
}

/** A request of a streaming call, as an HTTP version delivers it. */
interface FramedExchange {
  readonly exchange: Exchange;
  /** The request's body. */
  readonly incoming: Readable;
  readonly duplex: Duplex;
}

/**
 * Compiles a streaming call whose messages are frames of a body, for every HTTP version that carries it.
 *
 * @returns a function that serves one request and resolves when its stream has ended
 */
export function compileFramedStream(
  call: StreamingCall,
  { admission, metrics, log, stopping, times }: Omit<StreamingServer, 'streaming'>,
): (wire: StreamWire, request: FramedExchange) => Promise<void> {
  const run = compileStreamRun(call, { admission, stopping });
  const codecs = codecsOf(call);
  const meters = metrics.of(call);
  return (wire, { exchange, incoming, duplex }) => {
    const codec = codecs[wire.codec];
    return serveStreaming(framedRequest(call, exchange, incoming, wire, codec), duplex, {
      call,
      run,
      wire,
      encode: codec.encode,
      meter: meters[wire.protocol],
      stopping,
      times,
      errorFor: (error) => httpErrorOf(error, exchange.requestId, log),
    });
  };
}
