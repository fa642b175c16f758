import { Code, OK } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { FRAME_HEAD_BYTES } from '#libs/engine/kernel/grpc-wire.js';
import { MAX_BODY_BYTES } from '../../limits/limits.js';
import { grpcStatus } from '../grpc/grpc-status.js';
import { frame, onlyMessage, TRAILERS_FLAG } from '../wire/frame.js';
import type { Wire, WireAnswer } from '../wire/wire.js';

const MAX_BODY = FRAME_HEAD_BYTES + MAX_BODY_BYTES;

/** Headers of every gRPC-web answer. */
export const webHeaders = { 'content-type': 'application/grpc-web+proto', 'grpc-accept-encoding': 'identity' } as const;

/** The same for the text form. */
export const webTextHeaders = { ...webHeaders, 'content-type': 'application/grpc-web-text+proto' } as const;

const BASE64 = /^[A-Za-z0-9+/=]*$/;

/** gRPC-web: the status is in a separate frame after the message, because browsers cannot read trailers. */
export const grpcWebWire: Wire = {
  protocol: 'grpc-web',
  codec: 'proto',
  maxBodyBytes: MAX_BODY,
  unwrap: onlyMessage,
  answer: (message) => webAnswer([frame(message)]),
  errorAnswer: ({ error }) => webAnswer([], error),
};

/** The same as base64 text, for browsers that cannot read binary bodies. */
export const grpcWebTextWire: Wire = {
  protocol: 'grpc-web',
  codec: 'proto',
  maxBodyBytes: Math.ceil(MAX_BODY / 3) * 4,
  unwrap: (body) => onlyMessage(base64Bytes(body.toString('latin1'))),
  answer: (message) => asText(grpcWebWire.answer(message)),
  errorAnswer: (httpError) => asText(grpcWebWire.errorAnswer(httpError)),
};

function webAnswer(frames: readonly Buffer[], error?: ContractError): WireAnswer {
  const body = Buffer.concat([...frames, trailerFrame(error)]);
  return { status: 200, code: error?.code ?? OK, headers: webHeaders, body };
}

function asText(answer: WireAnswer): WireAnswer {
  return { ...answer, headers: webTextHeaders, body: asBase64(answer.body) };
}

/** The base64 of bytes in gRPC-web's text form. */
export function asBase64(bytes: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(bytes).toString('base64'));
}

/** The frame with the status of a call. */
export function trailerFrame(error: ContractError | undefined): Buffer {
  const lines = Object.entries(grpcStatus(error)).map(([name, value]) => `${name}: ${value}\r\n`);
  return frame(Buffer.from(lines.join('')), TRAILERS_FLAG);
}

/** Decodes one or several pieces of base64, each with its own padding, because a client may encode frame by frame. */
export function base64Bytes(text: string): Buffer {
  if (!BASE64.test(text)) throw ContractError.of(Code.INVALID_ARGUMENT, 'the body must be base64');
  return Buffer.concat(Array.from(text.matchAll(/[^=]+=*/g), ([piece]) => Buffer.from(piece, 'base64')));
}
