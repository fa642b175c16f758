import type { DescMethod } from '@bufbuild/protobuf';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import type { Call, StreamingCall } from './call.js';
import { callName } from './call-name.js';
import type { RpcContext } from './rpc-context.js';

/**
 * Adds a span to the call for each admitted request, in the client's trace. Events written by the request contain the
 * span's context.
 */
export function tracedCall(call: Call, tracing: Tracing): Call {
  const { method, run } = call;
  if (run === undefined) return call;
  return { ...call, run: (request, context) => inSpan(method, context, tracing, (traced) => run(request, traced)) };
}

/** The same for a streaming call: the span ends when the answers begin. */
export function tracedStreamingCall(call: StreamingCall, tracing: Tracing): StreamingCall {
  const { method, run } = call;
  if (run === undefined) return call;
  return {
    ...call,
    run: (requests, context) => inSpan(method, context, tracing, async (traced) => run(requests, traced)),
  };
}

function inSpan<T>(
  method: DescMethod,
  context: RpcContext<never>,
  tracing: Tracing,
  work: (context: RpcContext<never>) => Promise<T>,
): Promise<T> {
  const name = callName(method);
  const attributes = { 'rpc.method': name, 'appledger.request_id': context.requestId };
  const outline = { name, kind: 'server', parent: context.traceparent, attributes } as const;
  return tracing.within(outline, ({ traceparent }) => work({ ...context, traceparent }));
}
