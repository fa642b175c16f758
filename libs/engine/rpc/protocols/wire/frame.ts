import type { IncomingHttpHeaders } from 'node:http';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { FRAME_HEAD_BYTES } from '#libs/engine/kernel/grpc-wire.js';
import { bodyTooLarge } from '../../errors/http-error.js';
import { MAX_BODY_BYTES } from '../../limits/limits.js';

/** The flags of the frame with gRPC-web's trailers. */
export const TRAILERS_FLAG = 0x80;

const COMPRESSED_FLAG = 0x01;

/** Puts bytes into a frame. */
export function frame(message: Uint8Array, flags = 0): Buffer {
  const framed = Buffer.allocUnsafe(FRAME_HEAD_BYTES + message.length);
  framed[0] = flags;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, FRAME_HEAD_BYTES);
  return framed;
}

/**
 * The end of the first frame; undefined: its head is still incomplete.
 *
 * @throws ContractError the frame is compressed, or larger than a message may be
 */
export function frameEnd(bytes: Buffer): number | undefined {
  if (bytes.length < FRAME_HEAD_BYTES) return undefined;
  const flags = bytes[0] ?? 0;
  if (flags === COMPRESSED_FLAG) throw compressed;
  if (flags !== 0) throw malformed('the frame has flags that are not known');
  const length = bytes.readUInt32BE(1);
  if (length > MAX_BODY_BYTES) throw bodyTooLarge.error;
  return FRAME_HEAD_BYTES + length;
}

/** The message in a body of exactly one frame. @throws ContractError the body is not exactly one frame */
export function onlyMessage(body: Buffer): Buffer {
  const end = frameEnd(body);
  if (end === undefined || end > body.length) throw truncated;
  if (end < body.length) throw malformed('the body holds more than the one message that the call takes');
  return body.subarray(FRAME_HEAD_BYTES, end);
}

/** Error answered to a compressed message; the headers of the answer name the accepted encodings. */
const compressed = ContractError.of(
  Code.UNIMPLEMENTED,
  'compressed messages are not taken: send them with the encoding identity',
);

/** Returns the body unchanged. @throws ContractError the body is compressed as a whole */
export function uncompressed<Body extends Buffer | undefined>(body: Body, headers: IncomingHttpHeaders): Body {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw compressed;
  return body;
}

/** Error answered to a body whose last frame is incomplete. */
export const truncated = malformed('the body ends before its message does');

function malformed(text: string): ContractError {
  return ContractError.of(Code.INVALID_ARGUMENT, text);
}
