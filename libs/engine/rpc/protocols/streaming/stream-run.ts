import type { Message } from '@bufbuild/protobuf';
import type { Admission } from '../../core/admission.js';
import type { StreamingCall } from '../../core/call.js';
import { contextOf, type Exchange } from '../../core/call-context.js';
import type { Deadline } from '../../core/deadline.js';
import { notServed } from '../../core/run-call.js';

/** A request for a stream of answers, as a protocol hands it over. */
export interface StreamRequest {
  readonly exchange: Exchange;
  /** The requests, as they come. */
  readonly messages: AsyncIterable<Message>;
  /** The resource that the request names, for calls that are permitted within one. */
  scope(): Promise<string | undefined>;
}

/** Admits a request and begins its answers. @param signal aborts when nobody waits for them any more */
export type StreamRunner = (
  request: StreamRequest,
  signal: AbortSignal,
  deadline: Deadline | undefined,
) => Promise<AsyncIterable<object>>;

/** Compiles what every protocol does with a call that streams: admit → run. */
export function compileStreamRun(call: StreamingCall, admission: Admission): StreamRunner {
  const { run } = call;
  if (run === undefined) return () => Promise.reject(notServed);
  return async (request, signal, deadline) => {
    const { exchange, messages } = request;
    const { headers, requestId, record } = exchange;
    const scope = call.scopeField === undefined ? undefined : await request.scope();
    const remoteAddress = () => exchange.remoteAddress();
    const identity = await admission.admit(call, { requestId, headers, record, scope: () => scope, remoteAddress });
    deadline?.check();
    return run(messages, contextOf(exchange, identity, deadline, signal));
  };
}
