import { type ServiceDefinition, status } from '@grpc/grpc-js';
import { GatewayError } from '../grpc-errors.js';
import type { GrpcCall } from './grpc-call.js';

/** Serves a call. What it throws ends the call. */
export type CallHandler = (call: GrpcCall) => void;

/** The handlers of a service by the names of its methods. */
export type CallHandlers<S> = { readonly [name in keyof S]: CallHandler };

/** How the request of a method is decoded, and its response encoded. */
export interface MethodCodec<Q, A> {
  requestDeserialize(bytes: Buffer): Q;
  responseSerialize(response: A): Buffer;
}

/** The handlers by their paths. */
export function handlersByPath<S extends ServiceDefinition>(
  service: S,
  handlers: CallHandlers<S>,
): readonly (readonly [path: string, handler: CallHandler])[] {
  return Object.entries(service).map(([name, { path }]) => [path, handlers[name as keyof S]]);
}

/** Passes on the request of a call that has one, when the client has ended its side. */
export function onRequest(call: GrpcCall, serve: (request: Buffer) => void): void {
  let request: Buffer | undefined;
  call.receive({
    message(message) {
      if (request !== undefined) throw new GatewayError(status.UNIMPLEMENTED, 'the call takes one message');
      request = message;
    },
    end() {
      if (request === undefined) throw new GatewayError(status.UNIMPLEMENTED, 'the call takes a message');
      serve(request);
    },
  });
}

/** Handles a call with one request and one response. */
export function unary<Q, A>(
  { requestDeserialize, responseSerialize }: MethodCodec<Q, A>,
  answer: (request: Q, call: GrpcCall) => A | Promise<A>,
): CallHandler {
  const serve = async (call: GrpcCall, bytes: Buffer) => {
    try {
      const response = await answer(decoded(requestDeserialize, bytes), call);
      call.write(responseSerialize(response));
      call.end();
    } catch (error) {
      call.fail(error);
    }
  };
  return (call) => onRequest(call, (bytes) => void serve(call, bytes));
}

function decoded<Q>(decode: (bytes: Buffer) => Q, bytes: Buffer): Q {
  try {
    return decode(bytes);
  } catch {
    throw new GatewayError(status.INTERNAL, 'Error deserializing request');
  }
}
