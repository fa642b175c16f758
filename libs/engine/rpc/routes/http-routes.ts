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
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> => {
    const began = performance.now();
    if (route.handler.headers !== undefined) reply.headers(route.handler.headers);
    const answered = (answer: HttpRouteAnswer) => {
      meter.ran(outcomeOf(answer.status), performance.now() - began);
      return sendAnswer(reply, answer);
    };
    const failed = (error: unknown) => {
      meter.ran(codeOf(error), performance.now() - began);
      return sendRouteError(route, error, request, reply, log);
    };
    try {
      const answer = route.handler.handle(new RouteRequest(request, reply, stopping));
      return answer instanceof Promise ? answer.then(answered).catch(failed) : answered(answer);
    } catch (error) {
      return failed(error);
    }
  };
}

class RouteRequest extends FastifyExchange implements HttpRouteRequest {
  constructor(
    private readonly received: FastifyRequest,
    reply: FastifyReply,
    private readonly stopping: AbortSignal,
  ) {
    super(received, reply);
  }

  get params(): Readonly<Record<string, string>> {
    return this.received.params as Readonly<Record<string, string>>;
  }

  get query(): URLSearchParams {
    return new URL(this.received.url, 'http://localhost').searchParams;
  }

  get body(): Buffer {
    const { body } = this.received;
    return body instanceof Buffer ? body : EMPTY;
  }

  form(): URLSearchParams {
    if (mediaType(this.headers['content-type'] ?? '') !== FORM) throw unsupportedType(FORM);
    return new URLSearchParams(this.body.toString('utf8'));
  }

  abandoned(): AbortSignal {
    const controller = new AbortController();
    const abort = () => controller.abort(gone);
    this.stopping.addEventListener('abort', abort, { once: true });
    this.onClose(() => {
      this.stopping.removeEventListener('abort', abort);
      abort();
    });
    if (this.stopping.aborted) abort();
    return controller.signal;
  }
}

function sendRouteError(route: HttpRoute, thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log) {
  const error = httpErrorOf(thrown, request.id, log);
  const answer = route.handler.errorAnswer?.(error);
  if (answer === undefined) return sendHttpError(reply, error);
  return sendAnswer(reply.headers(retryHeaders(error.error)), answer);
}

function sendAnswer(reply: FastifyReply, { status, headers = {}, body = '' }: HttpRouteAnswer): FastifyReply {
  return sendWire(reply, {
    status,
    code: outcomeOf(status),
    headers: { ...headers },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  });
}
