import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Protocol } from '../../core/protocol.js';
import { bodyTooLarge, HttpError } from '../../errors/http-error.js';
import { withStatus } from '../../errors/http-error-of.js';
import { MAX_BODY_BYTES } from '../../limits/limits.js';
import { sendHttpError } from './fastify-options.js';
import { framedProtocol } from './framed-protocol.js';
import { KnownPaths } from './known-paths.js';

const METHOD_NOT_ALLOWED = 405;

const noSuchCall = ContractError.of(Code.NOT_FOUND, 'there is no call with this method and path');
/** The same in gRPC, which has a single code for unknown services and methods. */
const noSuchMethod = ContractError.of(Code.UNIMPLEMENTED, noSuchCall.text);

/**
 * Answers requests without a route: 405 if the path is known with another verb, and 404 otherwise. It answers before
 * the body is read, so that an invalid body does not change the answer; but a content-length beyond the limit is
 * refused as on every route. Register it before any route.
 *
 * @param count called for each request
 */
export function answerUnknownRequests(fastify: FastifyInstance, count: (protocol: Protocol, code: Code) => void): void {
  const paths = new KnownPaths();
  fastify.addHook('onRoute', ({ method, url }) => paths.add(url, [method].flat()));
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const protocol = framedProtocol(request);
    const verbs = paths.verbsOf(request.url);
    if (verbs.length > 0) void reply.header('allow', verbs.join(', '));
    const httpError = errorFor(protocol, verbs);
    count(protocol, httpError.error.code);
    return sendHttpError(reply, httpError);
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) done();
    else if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) done(bodyTooLarge);
    else void answer(request, reply);
  });
  fastify.setNotFoundHandler(answer);
}

function errorFor(protocol: Protocol, verbs: readonly string[]): HttpError {
  if (protocol !== 'rest') return withStatus(noSuchMethod);
  if (verbs.length === 0) return withStatus(noSuchCall);
  const text = `this path takes ${verbs.join(', ')} and no other method`;
  return HttpError.of(METHOD_NOT_ALLOWED, Code.UNIMPLEMENTED, text);
}
