import { type DescMessage, type JsonObject, type Message, type MessageInitShape, ScalarType } from '@bufbuild/protobuf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Admission } from '../admission.js';
import type { Call } from '../call.js';
import { decoderOf, parseBody } from '../json/decode.js';
import { encoderOf } from '../json/encode.js';
import { saneId, traceparentOf } from '../request-identity.js';
import type { RpcContext } from '../rpc-context.js';
import type { RestRule } from './http-rule.js';
import { jsonOfQuery, type QueryString } from './query-string.js';

type MessageInit = MessageInitShape<DescMessage>;

/** The parts of an HTTP request that a call is made of. */
export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryString;
  readonly body: Buffer | undefined;
}

/** Takes a request and answers the JSON text of its answer. */
export type RestCall = (request: FastifyRequest, reply: FastifyReply) => Promise<string>;

/**
 * Compiles one way to a call: admit → decode → run → encode.
 *
 * @throws Error the contract asks for something that is not implemented
 */
export function compileRestCall(call: Call, rule: RestRule, admission: Admission): RestCall {
  const { method, run } = call;
  if (run === undefined) throw new Error(`${method} is bound to nothing`);
  const decode = compileDecode(call, rule);
  const encode = encoderOf(method.output);
  const projectParameter = rule.pathFields.find(({ field }) => localName(call, field) === call.projectField)?.parameter;
  if (call.projectField !== undefined && projectParameter === undefined) {
    throw new Error(`${method} checks its permission on ${call.projectField}, which its path does not hold`);
  }
  return async (request, reply) => {
    const params = request.params as Readonly<Record<string, string>>;
    const { headers } = request;
    const admitted = await admission.admit(call, {
      authorization: headers.authorization,
      organization: oneHeader(headers['x-zitadel-orgid']),
      projectId: projectParameter === undefined ? undefined : params[projectParameter],
      remoteAddress: () => request.ip,
    });
    const message = decode({ params, query: request.query as QueryString, body: request.body as Buffer | undefined });
    return encode((await run(message, contextOf(request, reply, admitted))) as MessageInit);
  };
}

/** Compiles the way from the parts of a request to its message. What the path says wins over what the body says. */
export function compileDecode(call: Call, rule: RestRule): (request: RestRequest) => Message {
  const { input } = call.method;
  const decode = decoderOf(input);
  const setters = rule.pathFields.map(({ parameter, field }) => ({ parameter, property: localName(call, field) }));
  const jsonOf: (request: RestRequest) => JsonObject = rule.hasBody
    ? ({ body }) => parseBody(body)
    : ({ query }) => jsonOfQuery(input, query);
  return (request) => {
    const message = decode(jsonOf(request)) as Message & Record<string, unknown>;
    for (const { parameter, property } of setters) message[property] = request.params[parameter];
    return message;
  };
}

/** The property of a message that a path sets. @throws Error it is not a text, or is nested */
function localName({ method }: Call, name: string): string {
  const field = method.input.fields.find((candidate) => candidate.name === name);
  if (field?.fieldKind !== 'scalar' || field.scalar !== ScalarType.STRING || field.oneof !== undefined) {
    throw new Error(`${method} has ${name} in its path, which is not a plain text field: not implemented`);
  }
  return field.localName;
}

function contextOf(
  { id, headers }: FastifyRequest,
  reply: FastifyReply,
  { caller, organization }: Pick<RpcContext, 'caller' | 'organization'>,
): RpcContext {
  const traceparent = traceparentOf(headers.traceparent);
  return {
    caller,
    organization,
    requestId: id,
    correlationId: saneId(headers['x-correlation-id']) ?? id,
    ...(traceparent === undefined ? {} : { traceparent }),
    header: (name) => oneHeader(headers[name]),
    setHeader: (name, value) => {
      reply.header(name, value);
    },
  };
}

/** Node joins repeated headers with a comma, so that there is one or none. */
function oneHeader(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(',');
}
