import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { StreamingCall } from '../../core/call.js';
import { gone } from '../../core/call-context.js';
import { timeoutOf, within } from '../../core/deadline.js';
import type { HttpError } from '../../errors/http-error.js';
import type { RequestMeter } from '../../metrics/request-meter.js';
import type { Codec } from '../wire/codec.js';
import { AnswerWriter, type Duplex, type StreamTimes } from './answer-writer.js';
import type { StreamRequest, StreamRunner } from './stream-run.js';
import type { StreamWire } from './stream-wire.js';

const stopped = ContractError.of(Code.UNAVAILABLE, 'the server is stopping: connect again');

/** The dependencies of serving a stream. */
export interface StreamingOptions {
  readonly call: StreamingCall;
  readonly run: StreamRunner;
  readonly wire: StreamWire;
  readonly encode: Codec['encode'];
  readonly meter: RequestMeter;
  readonly times: StreamTimes;
  /** Aborts when the server stops, because an open stream would delay the stop. */
  readonly stopping: AbortSignal;
  /** The error that a client gets for a thrown value. */
  readonly errorFor: (error: unknown) => HttpError;
}

/** Serves a streaming call from its request to its status. */
export async function serveStreaming(request: StreamRequest, duplex: Duplex, options: StreamingOptions): Promise<void> {
  const { call, run, wire, encode, meter, times, stopping, errorFor } = options;
  const { record, headers } = request.exchange;
  const writer = new AnswerWriter(wire, duplex, encode, record, times);
  const { signal, release } = abandonedSignal(duplex, stopping);
  record?.ended(writer.outcome); // cancelled, unless the stream is complete
  meter.streamOpened();
  try {
    await within(timeoutOf(headers), async (deadline) => {
      // A client that also streams may wait for the headers before it sends its first message.
      if (call.method.methodKind === 'bidi_streaming') writer.begin();
      const answers = await unlessAborted(run(request, signal, deadline), signal);
      writer.begin();
      await pump(answers, writer, signal);
    });
    writer.end();
  } catch (error) {
    writer.end(errorFor(error));
  } finally {
    release();
    record?.ended(writer.outcome);
    meter.streamEnded(writer.outcome);
  }
}

/** A signal that aborts when the client disconnects, the server stops, or the call ends. */
function abandonedSignal({ incoming, outgoing }: Duplex, stopping: AbortSignal) {
  const controller = new AbortController();
  const onStop = () => controller.abort(stopped);
  const onGone = () => controller.abort(gone);
  stopping.addEventListener('abort', onStop, { once: true });
  outgoing.once('close', onGone);
  incoming.on('error', onGone);
  if (stopping.aborted) onStop();
  const release = () => {
    stopping.removeEventListener('abort', onStop);
    onGone();
  };
  return { signal: controller.signal, release };
}

async function pump(answers: AsyncIterable<object>, writer: AnswerWriter, signal: AbortSignal): Promise<void> {
  const iterator = answers[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await unlessAborted(iterator.next(), signal);
      if (done) return;
      await writer.write(value, signal);
    }
  } finally {
    // Not awaited: a call that ignores its signal would delay the end.
    void iterator.return?.().catch(() => undefined);
  }
}

/** The result of work. Rejects with the signal's reason if the signal aborts first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  });
}
