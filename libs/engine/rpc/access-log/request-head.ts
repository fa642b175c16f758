import type { IncomingHttpHeaders } from 'node:http';
import type { DescMethod } from '@bufbuild/protobuf';
import { callName } from '../core/call-name.js';
import type { Protocol } from '../core/protocol.js';
import { traceparentOf } from '../core/request-identity.js';
import type { RequestHead } from './request-record.js';

/** The head of a request that is served without Fastify. */
export function headOfCall(
  { method }: { readonly method: DescMethod },
  requestId: string,
  protocol: Protocol,
  headers: IncomingHttpHeaders,
): RequestHead {
  return { requestId, protocol, method: callName(method), traceparent: traceparentOf(headers.traceparent) };
}
