import { OK } from '#libs/engine/errors/code.js';
import type { ContractError } from '#libs/engine/errors/contract-error.js';
import { FRAME_HEAD_BYTES } from '#libs/engine/kernel/grpc-wire.js';
import { MAX_BODY_BYTES } from '../../limits/limits.js';
import { frame, onlyMessage } from '../wire/frame.js';
import type { Wire, WireAnswer } from '../wire/wire.js';
import { grpcStatus } from './grpc-status.js';

const NOTHING = new Uint8Array();

/** Headers of every gRPC answer. */
export const grpcHeaders = { 'content-type': 'application/grpc+proto', 'grpc-accept-encoding': 'identity' } as const;

/** gRPC over HTTP/2: one frame, and the status in trailers. */
export const grpcWire: Wire = {
  protocol: 'grpc',
  codec: 'proto',
  maxBodyBytes: FRAME_HEAD_BYTES + MAX_BODY_BYTES,
  unwrap: onlyMessage,
  answer: (message) => grpcAnswer(frame(message)),
  errorAnswer: ({ error }) => grpcAnswer(NOTHING, error),
};

function grpcAnswer(body: Uint8Array, error?: ContractError): WireAnswer {
  return { status: 200, code: error?.code ?? OK, headers: grpcHeaders, body, trailers: grpcStatus(error) };
}
