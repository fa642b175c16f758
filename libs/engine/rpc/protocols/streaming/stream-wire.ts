import type { OutgoingHttpHeaders } from 'node:http';
import type { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Protocol } from '../../core/protocol.js';
import { connectError } from '../connect/connect-wire.js';
import { grpcStatus } from '../grpc/grpc-status.js';
import { grpcHeaders } from '../grpc/grpc-wire.js';
import { asBase64, base64Bytes, trailerFrame, webHeaders, webTextHeaders } from '../grpc-web/grpc-web-wire.js';
import { frame } from '../wire/frame.js';
import { mediaType } from '../wire/media-type.js';
import type { Wire, WireAnswer } from '../wire/wire.js';

/** The framing of messages and status of a streaming call in one protocol. */
export interface StreamWire {
  readonly protocol: Protocol;
  readonly codec: Wire['codec'];
  /** The headers of every answer. */
  readonly headers: OutgoingHttpHeaders;
  /** Decodes the body that a client sends to frames. @throws ContractError the encoding is invalid */
  frames(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** @param answer the message that the bytes encode */
  message(bytes: Uint8Array, answer: object): Buffer;
  /** Sent before the first answer; undefined: nothing. */
  readonly opening?: Buffer;
  /** Sent while there are no answers, so that proxies keep the connection open; undefined: the protocol has none. */
  readonly heartbeat?: Buffer;
  /** The status of the call, as the last piece of the body or as trailers. */
  end(error: ContractError | undefined): StreamEnd;
}

export interface StreamEnd {
  readonly body?: Buffer;
  readonly trailers?: Readonly<Record<string, string>>;
}

/** The flag of the frame with which Connect ends a stream. */
const END_STREAM_FLAG = 0x02;

const grpcStream: StreamWire = {
  protocol: 'grpc',
  codec: 'proto',
  headers: grpcHeaders,
  frames: (chunks) => chunks,
  message: (bytes) => frame(bytes),
  end: (error) => ({ trailers: grpcStatus(error) }),
};

const grpcWebStream: StreamWire = {
  ...grpcStream,
  protocol: 'grpc-web',
  headers: webHeaders,
  end: (error) => ({ body: trailerFrame(error) }),
};

const grpcWebTextStream: StreamWire = {
  ...grpcWebStream,
  headers: webTextHeaders,
  frames: base64Frames,
  message: (bytes) => asBase64(frame(bytes)),
  end: (error) => ({ body: asBase64(trailerFrame(error)) }),
};

const streams: ReadonlyMap<string, StreamWire> = new Map([
  ['application/grpc', grpcStream],
  ['application/grpc+proto', grpcStream],
  ['application/grpc-web', grpcWebStream],
  ['application/grpc-web+proto', grpcWebStream],
  ['application/grpc-web-text', grpcWebTextStream],
  ['application/grpc-web-text+proto', grpcWebTextStream],
  ['application/connect+proto', connectStream('proto')],
  ['application/connect+json', connectStream('json')],
]);

/** The content types of streaming calls. */
export const streamTypes = [...streams.keys()];

/** The protocol of a streaming call; undefined: unknown. */
export function streamWire(contentType: string | undefined): StreamWire | undefined {
  return streams.get(mediaType(contentType ?? ''));
}

/** An error as the whole answer of a streaming call. */
export function streamError({ headers, end }: StreamWire, error: ContractError): WireAnswer {
  const { body = Buffer.alloc(0), trailers } = end(error);
  return { status: 200, code: error.code, headers, body, ...(trailers && { trailers }) };
}

function connectStream(codec: Wire['codec']): StreamWire {
  return {
    protocol: 'connect',
    codec,
    headers: { 'content-type': `application/connect+${codec}`, 'connect-accept-encoding': 'identity' },
    frames: (chunks) => chunks,
    message: (bytes) => frame(bytes),
    end: (error) => ({ body: frame(Buffer.from(JSON.stringify(endStream(error))), END_STREAM_FLAG) }),
  };
}

function endStream(error: ContractError | undefined): object {
  return error === undefined ? {} : { error: connectError(error) };
}

/** Decodes base64 in groups of four characters, independent of the chunks in which the text arrives. */
async function* base64Frames(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk.toString('latin1');
    const whole = text.length - (text.length % 4);
    if (whole > 0) yield base64Bytes(text.slice(0, whole));
    text = text.slice(whole);
  }
  if (text !== '') yield base64Bytes(text);
}
