import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import type { Call } from './call.js';
import { callName } from './call-name.js';

/**
 * The call with a span for each request that is let in, in the trace that the client names. The events of the request
 * carry the span's context.
 */
export function tracedCall(call: Call, tracing: Tracing): Call {
  const { method, run } = call;
  if (run === undefined) return call;
  const name = callName(method);
  return {
    ...call,
    run(request, context) {
      const attributes = { 'rpc.method': name, 'appledger.request_id': context.requestId };
      const outline = { name, kind: 'server', parent: context.traceparent, attributes } as const;
      return tracing.within(outline, ({ traceparent }) => run(request, { ...context, traceparent }));
    },
  };
}
