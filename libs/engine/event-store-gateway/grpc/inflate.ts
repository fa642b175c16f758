import { promisify } from 'node:util';
import { gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { GatewayError } from '../grpc-errors.js';
import { MAX_MESSAGE_BYTES, messageTooLarge } from './frame-reader.js';

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Buffer, ZlibOptions, Buffer>(inflate),
};

/** The encodings of messages that are accepted. */
export const ACCEPTED_ENCODINGS = ['identity', ...Object.keys(DECODERS)].join();

/** Decompresses a message in a thread of Node. @throws GatewayError it cannot be decompressed, or is too large */
export async function decompressed(message: Buffer, encoding: string): Promise<Buffer> {
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (decode === undefined) {
    throw new GatewayError(status.UNIMPLEMENTED, `messages are accepted in the encodings ${ACCEPTED_ENCODINGS} only`);
  }
  try {
    return await decode(message, { maxOutputLength: MAX_MESSAGE_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw messageTooLarge(MAX_MESSAGE_BYTES + 1);
    throw new GatewayError(status.INTERNAL, 'a message cannot be decompressed');
  }
}
