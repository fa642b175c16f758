import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#libs/engine/runtime/logger.js';
import { outcomeOf } from '../access-log/outcome-names.js';
import { retryHeaders } from '../core/answer-headers.js';
import { takeAnyBody } from '../core/any-body.js';
import { gone } from '../core/call-context.js';
import { FastifyExchange } from '../core/fastify-exchange.js';
import { unsupportedType } from '../errors/http-error.js';
import { codeOf, httpErrorOf } from '../errors/http-error-of.js';
import type { RequestMetrics } from '../metrics/request-metrics.js';
import { sendHttpError } from '../protocols/rest/fastify-options.js';
import { mediaType } from '../protocols/wire/media-type.js';
import { sendWire } from '../protocols/wire/send.js';
import type { HttpRoute, HttpRouteAnswer, HttpRouteRequest } from './http-route.js';

const FORM = 'application/x-www-form-urlencoded';
const EMPTY = Buffer.alloc(0);

/** Plain HTTP routes, and their dependencies. */
export interface HttpRouteOptions {
  readonly routes: readonly HttpRoute[];
  readonly metrics: RequestMetrics;
  readonly log: Log;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** Serves plain HTTP routes in addition to the calls of the contract. */
export function httpRoutes(fastify: FastifyInstance, options: HttpRouteOptions): void {
  const { routes, metrics } = options;
  fastify.register((scope, _, done) => {
    takeAnyBody(scope);
    for (const route of routes) {
      const served = { name: route.name, meters: metrics.named(route.name) };
      const config = { servedCall: () => served, protocolOf: () => 'rest' as const };
      scope.route({
        method: route.verb,
        url: route.path,
        config,
        handler: handlerOf(route, options),
        errorHandler: (error, request, reply) => {
          served.meters.rest.refused(codeOf(error));
          return sendRouteError(route, error, request, reply, options.log);
        },
      });
    }
    done();
  });
}

function handlerOf(route: HttpRoute, { metrics, log, stopping }: HttpRouteOptions) {
  const { rest: meter } = metrics.named(route.name);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const began = performance.now();
    try {
      const answer = await route.handle(requestOf(request, reply, stopping));
      meter.ran(outcomeOf(answer.status), performance.now() - began);
      return sendAnswer(reply, answer);
    } catch (error) {
      meter.ran(codeOf(error), performance.now() - began);
      return sendRouteError(route, error, request, reply, log);
    }
  };
}

function requestOf(request: FastifyRequest, reply: FastifyReply, stopping: AbortSignal): HttpRouteRequest {
  const exchange = new FastifyExchange(request, reply);
  const { headers, requestId, record } = exchange;
  const body = request.body instanceof Buffer ? request.body : EMPTY;
  return {
    requestId,
    headers,
    record,
    body,
    params: request.params as Readonly<Record<string, string>>,
    query: new URL(request.url, 'http://localhost').searchParams,
    remoteAddress: () => exchange.remoteAddress(),
    form() {
      if (mediaType(headers['content-type'] ?? '') !== FORM) throw unsupportedType(FORM);
      return new URLSearchParams(body.toString('utf8'));
    },
    abandoned() {
      const controller = new AbortController();
      const abort = () => controller.abort(gone);
      stopping.addEventListener('abort', abort, { once: true });
      exchange.onClose(() => {
        stopping.removeEventListener('abort', abort);
        abort();
      });
      if (stopping.aborted) abort();
      return controller.signal;
    },
  };
}

function sendRouteError(route: HttpRoute, thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log) {
  const error = httpErrorOf(thrown, request.id, log);
  if (route.errorAnswer === undefined) return sendHttpError(reply, error);
  return sendAnswer(reply.headers(retryHeaders(error.error)), route.errorAnswer(error));
}

function sendAnswer(reply: FastifyReply, { status, headers = {}, body = '' }: HttpRouteAnswer): FastifyReply {
  return sendWire(reply, { status, code: outcomeOf(status), headers: { ...headers }, body: Buffer.from(body) });
}
