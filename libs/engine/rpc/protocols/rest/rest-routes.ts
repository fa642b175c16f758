import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Admission } from '../../core/admission.js';
import { ANY_BODY, takeAnyBody, takeOtherBodies } from '../../core/any-body.js';
import type { Call, StreamingCall } from '../../core/call.js';
import { callName } from '../../core/call-name.js';
import type { ServedService } from '../../core/contract.js';
import { notServed } from '../../core/run-call.js';
import { codeOf, withStatus } from '../../errors/http-error-of.js';
import type { RequestMetrics } from '../../metrics/request-metrics.js';
import type { ServedCall } from '../../metrics/served-call.js';
import type { StreamTimes } from '../streaming/answer-writer.js';
import { framedWire } from '../wire/wires.js';
import { acceptsEventStream } from './event-stream.js';
import { compileEventStream } from './event-stream-call.js';
import { sendError, sendHttpError } from './fastify-options.js';
import { framedProtocol } from './framed-protocol.js';
import { type RestRule, restRules, routerPath } from './http-rule.js';
import { checkRequests } from './request-checks.js';
import { compileRestCall, type RestCall } from './rest-call.js';
import { answerUnknownRequests } from './unknown-requests.js';

/** The calls that REST serves, and their dependencies. */
export interface RestOptions {
  /** Every unary call of the contract, from `bindCalls`. */
  readonly calls: readonly Call[];
  /** Every streaming call. */
  readonly streaming: readonly StreamingCall[];
  /** The path prefix of each service. */
  readonly services: readonly ServedService[];
  readonly admission: Admission;
  readonly metrics: RequestMetrics;
  readonly log: Log;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  readonly times: StreamTimes;
}

/** One REST binding of a call. */
interface Way {
  readonly rule: RestRule;
  readonly url: string;
  readonly served: ServedCall;
  readonly isStream: boolean;
  readonly handle: RestCall;
}

/**
 * Serves every call of the contract on its REST paths, directly on Fastify: bound calls run, the others answer
 * UNIMPLEMENTED. A streaming call answers server-sent events; it may share the path of a unary call, and then serves
 * the requests that accept server-sent events. Fastify must have been created with `fastifyOptions`.
 *
 * @throws Error at start, if the contract uses a feature that is not implemented
 */
export function restRoutes(fastify: FastifyInstance, options: RestOptions): void {
  const ways = [
    ...options.calls.flatMap((call) => waysTo(call, options, (rule) => handlerOf(call, rule, options))),
    ...options.streaming.flatMap((call) => waysTo(call, options, (rule) => streamHandlerOf(call, rule, options), true)),
  ];
  fastify.register((scope, _, done) => {
    takeAnyBody(scope);
    scope.setErrorHandler((error, request, reply) => {
      request.routeOptions.config.servedCall?.(request).meters[framedProtocol(request)].refused(codeOf(error));
      return sendError(error, request, reply, options.log);
    });
    for (const sharing of bySharedPath(ways)) route(scope, sharing);
    done();
  });
}

/**
 * Answers all other requests in the contract's error form: invalid HTTP, unknown paths, known paths with another verb,
 * and errors of other routes. Call it once per server, before any route.
 */
export function answerEverythingElse(fastify: FastifyInstance, { others }: RequestMetrics, log: Log): void {
  checkRequests(fastify);
  answerUnknownRequests(fastify, (protocol, code) => others[protocol].refused(code));
  fastify.setErrorHandler((error, request, reply) => {
    const meters = request.routeOptions.config.servedCall?.(request).meters ?? others;
    meters[framedProtocol(request)].refused(codeOf(error));
    return sendError(error, request, reply, log);
  });
  takeOtherBodies(fastify);
}

function waysTo(
  call: Call | StreamingCall,
  { services, metrics }: RestOptions,
  handlerFor: (rule: RestRule) => RestCall,
  isStream = false,
): readonly Way[] {
  const { method } = call;
  const prefix = services.find(({ service }) => service === method.parent)?.restPrefix;
  if (prefix === undefined) throw new Error(`${method.parent} has no REST prefix`);
  const served = { name: callName(method), meters: metrics.of(call) };
  return restRules(method).map((rule) => ({
    rule,
    url: prefix + rule.url,
    served,
    isStream,
    handle: handlerFor(rule),
  }));
}

/** The bindings, grouped by verb and path. */
function bySharedPath(ways: readonly Way[]): Iterable<readonly Way[]> {
  const groups = new Map<string, Way[]>();
  for (const way of ways) {
    const key = `${way.rule.verb} ${way.url}`;
    groups.set(key, [...(groups.get(key) ?? []), way]);
  }
  return groups.values();
}

/** Routes one verb and path to its call, or to one of two calls by the request's accept header. */
function route(scope: FastifyInstance, ways: readonly Way[]): void {
  const unary = ways.find(({ isStream }) => !isStream);
  const stream = ways.find(({ isStream }) => isStream);
  const [first] = ways;
  if (first === undefined) return;
  const { rule, url } = first;
  if (ways.length > 2 || (ways.length === 2 && (unary === undefined || stream === undefined))) {
    throw new Error(`${rule.verb} ${url} is the path of several calls: ${ways.map(({ served }) => served.name)}`);
  }
  const wayOf = ({ method, headers }: FastifyRequest): Way =>
    ways.length > 1 && method !== 'HEAD' && acceptsEventStream(headers.accept) ? (stream ?? first) : (unary ?? first);
  const onlyWay = ways.length === 1 ? first : undefined;
  const handler: RestCall = onlyWay?.handle ?? ((request, reply) => wayOf(request).handle(request, reply));
  const onRequest = rule.verb === 'GET' ? [] : [anyContentType];
  const config = { servedCall: (request: FastifyRequest) => wayOf(request).served };
  // A stream alone has no answer that ends, and so none whose headers could be asked for.
  const exposeHeadRoute = unary !== undefined;
  scope.route({ method: rule.verb, url: routerPath(url), handler, onRequest, config, exposeHeadRoute });
}

function handlerOf(call: Call, rule: RestRule, { admission, metrics, log, stopping }: RestOptions): RestCall {
  const meters = metrics.of(call);
  if (call.run === undefined) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      meters[framedProtocol(request)].refused(notServed.code);
      return sendHttpError(reply, withStatus(notServed));
    };
  }
  return answeringErrors(compileRestCall(call, rule, { admission, meters, stopping }), log);
}

function streamHandlerOf(call: StreamingCall, rule: RestRule, options: RestOptions): RestCall {
  return answeringErrors(compileEventStream(call, rule, options), options.log);
}

function answeringErrors(handle: RestCall, log: Log): RestCall {
  return async (request, reply) => {
    try {
      return await handle(request, reply);
    } catch (error) {
      return sendError(error, request, reply, log);
    }
  };
}

/**
 * A body is read as JSON for any content type, as in a gRPC gateway, because `curl -d` declares a form. Fastify would
 * check the type. Only the content types of gRPC and gRPC-web are heeded.
 */
function anyContentType({ headers, raw }: FastifyRequest, _: FastifyReply, done: () => void): void {
  if (framedWire(headers['content-type']) === undefined) {
    // Without type and length Fastify assumes that a request has no body, but over HTTP/2 it may have one.
    const mayHaveBody = raw.httpVersionMajor === 2 || headers['content-length'] !== undefined;
    headers['content-type'] = mayHaveBody ? ANY_BODY : undefined;
  }
  done();
}
