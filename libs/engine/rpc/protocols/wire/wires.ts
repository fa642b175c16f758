import type { HttpError } from '../../errors/http-error.js';
import { connectJsonWire, connectProtoWire } from '../connect/connect-wire.js';
import { grpcWire } from '../grpc/grpc-wire.js';
import { grpcWebTextWire, grpcWebWire } from '../grpc-web/grpc-web-wire.js';
import { mediaType } from './media-type.js';
import type { Wire } from './wire.js';

/** The content types of gRPC and gRPC-web requests. */
const framed: ReadonlyMap<string, Wire> = new Map([
  ['application/grpc', grpcWire],
  ['application/grpc+proto', grpcWire],
  ['application/grpc-web', grpcWebWire],
  ['application/grpc-web+proto', grpcWebWire],
  ['application/grpc-web-text', grpcWebTextWire],
  ['application/grpc-web-text+proto', grpcWebTextWire],
]);

const connect: ReadonlyMap<string, Wire> = new Map([
  ['application/json', connectJsonWire],
  ['application/proto', connectProtoWire],
]);

/** The content types of unary calls. */
export const callTypes = [...framed.keys(), ...connect.keys()];

/** The protocol of a content type of gRPC or gRPC-web; undefined: another content type. */
export function framedWire(contentType: string | undefined): Wire | undefined {
  return contentType?.startsWith('application/grpc') ? framed.get(mediaType(contentType)) : undefined;
}

/** The protocol of a request on a call's own path, including Connect. */
export function rpcWire(contentType: string | undefined): Wire | undefined {
  return framedWire(contentType) ?? connect.get(mediaType(contentType ?? ''));
}

/** The answer to an error on a call's own path; in Connect's form if the client's protocol is unknown. */
export function rpcError(contentType: string | undefined, httpError: HttpError) {
  return (rpcWire(contentType) ?? connectJsonWire).errorAnswer(httpError);
}
