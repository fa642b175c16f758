import { type DescMessage, type Message, type MessageInitShape, ScalarType } from '@bufbuild/protobuf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call, StreamingCall } from '../../core/call.js';
import { FastifyExchange } from '../../core/fastify-exchange.js';
import { compileRun, type RunOptions } from '../../core/run-call.js';
import { decoderOf, parseBody } from '../../json/decode.js';
import { encoderOf } from '../../json/encode.js';
import type { JsonMap } from '../../json/json-value.js';
import { codecsOf } from '../wire/codec.js';
import { uncompressed } from '../wire/frame.js';
import { once, scopeIn } from '../wire/run-message.js';
import { sendWire } from '../wire/send.js';
import { framedWire } from '../wire/wires.js';
import { sendJson } from './answer.js';
import type { RestRule } from './http-rule.js';
import { jsonOfQuery, type QueryString } from './query-string.js';

type MessageInit = MessageInitShape<DescMessage>;

/** The parts of an HTTP request that a call is decoded from. */
export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryString;
  readonly body: Buffer | undefined;
}

/** Handles a request and sends the answer. */
export type RestCall = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/**
 * Compiles one REST binding of a call: for JSON and, if it has a body, for the protobuf message of gRPC and gRPC-web.
 *
 * @throws Error the contract uses a feature that is not implemented
 */
export function compileRestCall(call: Call, rule: RestRule, options: RunOptions): RestCall {
  const { method } = call;
  const run = compileRun(call, options);
  const decode = compileDecode(call, rule);
  const encode = encoderOf(method.output);
  const { proto } = codecsOf(call);
  const setPath = compilePath(call, rule);
  const scopeParameter = scopeParameterOf(call, rule);
  return async (request, reply) => {
    const params = request.params as Readonly<Record<string, string>>;
    const body = request.body as Buffer | undefined;
    const { headers } = request;
    const wire = rule.hasBody ? framedWire(headers['content-type']) : undefined;
    const message = once(() =>
      wire === undefined
        ? decode({ params, query: request.query as QueryString, body: uncompressed(body, headers) })
        : setPath(proto.decode(wire.unwrap(body ?? Buffer.alloc(0), headers)), params),
    );
    const answer = await run({
      exchange: new FastifyExchange(request, reply),
      protocol: wire?.protocol ?? 'rest',
      scope: () => (scopeParameter === undefined ? scopeIn(call, message) : params[scopeParameter]),
      message,
    });
    return wire === undefined
      ? sendJson(reply, 200, encode(answer as MessageInit))
      : sendWire(reply, wire.answer(proto.encode(answer)));
  };
}

/**
 * The router's parameter for the resource within which the permission of a call must hold; undefined: the path does not
 * contain it, and the rest of the request may.
 */
export function scopeParameterOf(call: Call | StreamingCall, rule: RestRule): string | undefined {
  const { scopeField } = call;
  if (scopeField === undefined) return undefined;
  return rule.pathFields.find(({ field }) => localName(call, field) === scopeField)?.parameter;
}

/** Compiles the decoder of a request. Fields in the path take precedence over those in the body. */
export function compileDecode(call: Call | StreamingCall, rule: RestRule): (request: RestRequest) => Message {
  const { input } = call.method;
  const decode = decoderOf(input);
  const setPath = compilePath(call, rule);
  const jsonOf: (request: RestRequest) => JsonMap = rule.hasBody
    ? ({ body }) => parseBody(body)
    : ({ query }) => jsonOfQuery(input, query);
  return (request) => setPath(decode(jsonOf(request)), request.params);
}

/** Compiles a function that copies the fields in the path to a decoded message. */
function compilePath(
  call: Call | StreamingCall,
  rule: RestRule,
): (message: Message, params: RestRequest['params']) => Message {
  const setters = rule.pathFields.map(({ parameter, field }) => ({ parameter, property: localName(call, field) }));
  return (message, params) => {
    const fields = message as Message & Record<string, unknown>;
    for (const { parameter, property } of setters) fields[property] = params[parameter];
    return message;
  };
}

/** The property of a message for a field in the path. @throws Error the field is not a string, or is nested */
function localName({ method }: Call | StreamingCall, name: string): string {
  const field = method.input.fields.find((candidate) => candidate.name === name);
  if (field?.fieldKind !== 'scalar' || field.scalar !== ScalarType.STRING || field.oneof !== undefined) {
    throw new Error(`${method} has ${name} in its path, which is not a plain text field: not implemented`);
  }
  return field.localName;
}
