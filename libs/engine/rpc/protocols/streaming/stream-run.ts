import type { Message } from '@bufbuild/protobuf';
import type { Admission } from '../../core/admission.js';
import type { StreamingCall } from '../../core/call.js';
import { contextOf, type Exchange } from '../../core/call-context.js';
import type { Deadline } from '../../core/deadline.js';
import { notServed } from '../../core/run-call.js';

/** A streaming request, independent of its protocol. */
export interface StreamRequest {
  readonly exchange: Exchange;
  /** The request messages, in the order of arrival. */
  readonly messages: AsyncIterable<Message>;
  /** The resource that the request names, for calls that are permitted within one. */
  scope(): Promise<string | undefined>;
}

/** Admits a request and starts its answers. @param signal aborts when the client no longer waits for them */
export type StreamRunner = (
  request: StreamRequest,
  signal: AbortSignal,
  deadline: Deadline | undefined,
) => Promise<AsyncIterable<object>>;

/** What running a streaming call needs. */
interface StreamRunOptions {
  readonly admission: Admission;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** Compiles the steps of a streaming call that all protocols share: admit → run. */
export function compileStreamRun(call: StreamingCall, { admission, stopping }: StreamRunOptions): StreamRunner {
  const { run } = call;
  if (run === undefined) return () => Promise.reject(notServed);
  return async (request, signal, deadline) => {
    const { exchange, messages } = request;
    const { headers, requestId, record } = exchange;
    const scope = call.scopeField === undefined ? undefined : await request.scope();
    const remoteAddress = () => exchange.remoteAddress();
    const identity = await admission.admit(call, { requestId, headers, record, scope: () => scope, remoteAddress });
    deadline?.check();
    return run(messages, contextOf(exchange, { identity, deadline, stopping, signal }));
  };
}
