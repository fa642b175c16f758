import type { FastifyInstance } from 'fastify';
import { MAX_BODY_BYTES } from '../limits/limits.js';
import { grpcWire } from '../protocols/grpc/grpc-wire.js';
import { grpcWebTextWire } from '../protocols/grpc-web/grpc-web-wire.js';

/** Bodies arrive as bytes, whatever they are called: each protocol reads them itself. */
export function takeAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  takeOtherBodies(scope);
}

/** The same for what no other parser takes. Frames make a body a little longer than its message, base64 by a third. */
export function takeOtherBodies(scope: FastifyInstance): void {
  const takeUpTo = (contentType: string | RegExp, bodyLimit: number): void => {
    scope.addContentTypeParser(contentType, { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body));
  };
  takeUpTo('*', MAX_BODY_BYTES);
  takeUpTo(/^application\/grpc/i, grpcWire.maxBodyBytes);
  takeUpTo(/^application\/grpc-web-text/i, grpcWebTextWire.maxBodyBytes);
}
