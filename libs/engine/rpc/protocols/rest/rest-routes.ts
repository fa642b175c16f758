import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Admission } from '../../core/admission.js';
import { takeAnyBody, takeOtherBodies } from '../../core/any-body.js';
import type { Call } from '../../core/call.js';
import { callName } from '../../core/call-name.js';
import type { ServedService } from '../../core/contract.js';
import { codeFor } from '../../core/fault-for.js';
import { httpStatus } from '../../core/http-status.js';
import { notServed } from '../../core/run-call.js';
import type { Meters, RequestMetrics } from '../../metrics/request-metrics.js';
import { framedWire } from '../wire/wires.js';
import { sendFailure, sendFault } from './fastify-options.js';
import { framedProtocol } from './framed-protocol.js';
import { type RestRule, restRules } from './http-rule.js';
import { checkRequests } from './request-checks.js';
import { compileRestCall } from './rest-call.js';
import { answerUnknownRequests } from './unknown-requests.js';

/** What REST serves, and what it needs for it. */
export interface RestOptions {
  /** Every call of the contract, from `bindCalls`. */
  readonly calls: readonly Call[];
  /** Where each service's paths begin. */
  readonly services: readonly ServedService[];
  readonly admission: Admission;
  readonly metrics: RequestMetrics;
  readonly log: Log;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What counts the route's requests. */
    readonly meters?: Meters;
  }
}

/**
 * Serves every call of the contract on its REST paths, straight on Fastify: the bound ones run, the others answer
 * UNIMPLEMENTED. Fastify must have been made with `fastifyOptions`.
 *
 * @throws Error at start, when the contract says something that is not implemented
 */
export function restRoutes(fastify: FastifyInstance, options: RestOptions): void {
  const prefixes = new Map(options.services.map(({ service, restPrefix }) => [service, restPrefix]));
  const routes = options.calls.flatMap((call) => {
    const prefix = prefixes.get(call.method.parent);
    if (prefix === undefined) throw new Error(`${call.method.parent} has no REST prefix`);
    return restRules(call.method).map((rule) => ({
      rule,
      url: prefix + rule.url,
      handler: handlerOf(call, rule, options),
      config: { meters: options.metrics.of(call), callName: callName(call.method) },
    }));
  });
  fastify.register((scope, _, done) => {
    takeAnyBody(scope);
    scope.setErrorHandler((error, request, reply) => {
      request.routeOptions.config.meters?.[framedProtocol(request)].refused(codeFor(error));
      return sendFailure(error, request, reply, options.log);
    });
    for (const { rule, url, handler, config } of routes) {
      const onRequest = rule.verb === 'GET' ? [] : [anyContentType];
      scope.route({ method: rule.verb, url, handler, onRequest, config });
    }
    done();
  });
}

/**
 * Answers everything outside of the contract's paths in the contract's form too: requests that are not as HTTP has
 * them, unknown paths, known paths with another verb, and errors of other routes. Once per server, before any route.
 */
export function answerEverythingElse(fastify: FastifyInstance, { others }: RequestMetrics, log: Log): void {
  checkRequests(fastify);
  answerUnknownRequests(fastify, (protocol, code) => others[protocol].refused(code));
  fastify.setErrorHandler((error, request, reply) => {
    others[framedProtocol(request)].refused(codeFor(error));
    return sendFailure(error, request, reply, log);
  });
  takeOtherBodies(fastify);
}

function handlerOf(call: Call, rule: RestRule, { admission, metrics, log }: RestOptions) {
  const meters = metrics.of(call);
  if (call.run === undefined) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      meters[framedProtocol(request)].refused(notServed.code);
      return sendFault(reply, { status: httpStatus[notServed.code], error: notServed });
    };
  }
  const run = compileRestCall(call, rule, admission, meters);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      return await run(request, reply);
    } catch (error) {
      return sendFailure(error, request, reply, log);
    }
  };
}

/**
 * A body is JSON whatever it is called, as with a gRPC gateway: `curl -d` calls it a form. Fastify would look. Only
 * gRPC is read as what it is called.
 */
function anyContentType({ headers, raw }: FastifyRequest, _: FastifyReply, done: () => void): void {
  if (framedWire(headers['content-type']) === undefined) {
    // Without type and length Fastify takes a request for one without body; over HTTP/2 it may well have one.
    headers['content-type'] = raw.httpVersionMajor === 2 ? 'application/octet-stream' : undefined;
  }
  done();
}
