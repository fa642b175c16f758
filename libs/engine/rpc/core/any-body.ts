import type { FastifyInstance } from 'fastify';
import { MAX_BODY_BYTES } from '../limits/limits.js';
import { grpcWire } from '../protocols/grpc/grpc-wire.js';
import { grpcWebTextWire } from '../protocols/grpc-web/grpc-web-wire.js';

/** Stands for the content type of a body that is read whatever its type. Fastify finds its parser without a search. */
export const ANY_BODY = 'application/octet-stream';

/** Reads bodies of any content type as bytes: each protocol decodes them itself. */
export function takeAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  takeOtherBodies(scope);
}

/**
 * The same for types without another parser. A body is slightly longer than its message by frames, and a third by
 * base64.
 */
export function takeOtherBodies(scope: FastifyInstance): void {
  const takeUpTo = (contentType: string | RegExp, bodyLimit: number): void => {
    scope.addContentTypeParser(contentType, { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body));
  };
  takeUpTo('*', MAX_BODY_BYTES);
  takeUpTo(ANY_BODY, MAX_BODY_BYTES);
  takeUpTo(/^application\/grpc/i, grpcWire.maxBodyBytes);
  takeUpTo(/^application\/grpc-web-text/i, grpcWebTextWire.maxBodyBytes);
}
