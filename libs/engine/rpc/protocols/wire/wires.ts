import type { HttpError } from '../../errors/http-error.js';
import { connectJsonWire, connectProtoWire } from '../connect/connect-wire.js';
import { grpcWire } from '../grpc/grpc-wire.js';
import { grpcWebTextWire, grpcWebWire } from '../grpc-web/grpc-web-wire.js';
import { mediaType } from './media-type.js';
import type { Wire } from './wire.js';

/** What gRPC and gRPC-web call their requests. */
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

/** The content types of calls with one request and one answer. */
export const callTypes = [...framed.keys(), ...connect.keys()];

/** The protocol of a content type that only gRPC and gRPC-web have; undefined: another. */
export function framedWire(contentType: string | undefined): Wire | undefined {
  return contentType?.startsWith('application/grpc') ? framed.get(mediaType(contentType)) : undefined;
}

/** The protocol of a request on a call's own path, where Connect is served too. */
export function rpcWire(contentType: string | undefined): Wire | undefined {
  return framedWire(contentType) ?? connect.get(mediaType(contentType ?? ''));
}

/** The answer to an error on a call's own path; for a client whose protocol is not known that of Connect. */
export function rpcError(contentType: string | undefined, httpError: HttpError) {
  return (rpcWire(contentType) ?? connectJsonWire).errorAnswer(httpError);
}
