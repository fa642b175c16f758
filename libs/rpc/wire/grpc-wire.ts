import { MAX_BODY_BYTES } from '../limits.js';
import { FRAME_HEAD_BYTES, frame, onlyMessage } from './frame.js';
import { grpcStatus } from './grpc-status.js';
import type { Wire } from './wire.js';

const NOTHING = new Uint8Array();

/** What every answer of gRPC's says of itself. */
export const grpcHeaders = { 'content-type': 'application/grpc+proto', 'grpc-accept-encoding': 'identity' } as const;

/** gRPC as HTTP/2 carries it: one frame, and the status in trailers. */
export const grpcWire: Wire = {
  protocol: 'grpc',
  codec: 'proto',
  maxBodyBytes: FRAME_HEAD_BYTES + MAX_BODY_BYTES,
  unwrap: onlyMessage,
  answer: (message) => ({ status: 200, headers: grpcHeaders, body: frame(message), trailers: grpcStatus(undefined) }),
  failure: ({ error }) => ({ status: 200, headers: grpcHeaders, body: NOTHING, trailers: grpcStatus(error) }),
};
