import { create, type DescMethodUnary, fromBinary, type MessageInitShape, toBinary, toJson } from '@bufbuild/protobuf';
import { ConnectError, type Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import type { ServedContract } from '#libs/engine/rpc/core/contract.js';
import { restRules } from '#libs/engine/rpc/protocols/rest/http-rule.js';
import { features } from '#libs/registry/features.js';
import { framed, frames, overHttp1, overHttp2, type WireRequest, type WireResult } from './wire.js';

/** The result of a call, independent of the protocol. */
export type Outcome =
  | { readonly answer: unknown }
  | { readonly code: number; readonly message: string; readonly id: string | undefined };

type Headers = Readonly<Record<string, string>>;
// biome-ignore lint/suspicious/noExplicitAny: requests of every call
type Fields = Readonly<Record<string, any>>;

/** One way to make a call. */
export interface Speaker {
  readonly protocol: string;
  call(method: DescMethodUnary, fields: Fields, headers: Headers): Promise<Outcome>;
}

/** Clients of every protocol, over both versions of HTTP, and a function that closes their connections. */
export function speakersOf(
  url: string,
  contract: ServedContract = features.contract,
): { readonly speakers: readonly Speaker[]; close(): void } {
  const sessionManager = new Http2SessionManager(url);
  const h1 = { baseUrl: url, httpVersion: '1.1' } as const;
  const h2 = { baseUrl: url, httpVersion: '2', sessionManager } as const;
  const speakers = [
    restSpeaker('REST over HTTP/1.1', contract, (request) => overHttp1(url, request)),
    restSpeaker('REST over HTTP/2', contract, (request) => overHttp2(url, request)),
    clientSpeaker('gRPC', createGrpcTransport(h2)),
    clientSpeaker('gRPC-web over HTTP/1.1', createGrpcWebTransport(h1)),
    clientSpeaker('gRPC-web over HTTP/2', createGrpcWebTransport(h2)),
    webTextSpeaker('gRPC-web as text', (request) => overHttp1(url, request)),
    clientSpeaker('Connect as JSON over HTTP/1.1', createConnectTransport({ ...h1, useBinaryFormat: false })),
    clientSpeaker('Connect as JSON over HTTP/2', createConnectTransport({ ...h2, useBinaryFormat: false })),
    clientSpeaker('Connect as protobuf over HTTP/1.1', createConnectTransport(h1)),
    clientSpeaker('Connect as protobuf over HTTP/2', createConnectTransport(h2)),
  ];
  return { speakers, close: () => sessionManager.abort() };
}

function clientSpeaker(protocol: string, transport: Transport): Speaker {
  return {
    protocol,
    async call(method, fields, headers) {
      try {
        const { message } = await transport.unary(method, undefined, undefined, headers, fields);
        return { answer: toJson(method.output, message) };
      } catch (error) {
        const { code, rawMessage, ...rest } = ConnectError.from(error);
        const [detail] = Object.assign(new ConnectError(rawMessage, code), rest).findDetails(ErrorDetailSchema);
        return { code, message: rawMessage, id: detail?.id };
      }
    },
  };
}

/** Calls over REST: fields in the path if the contract's path has them, the others in the body. */
function restSpeaker(
  protocol: string,
  contract: ServedContract,
  send: (request: WireRequest) => Promise<WireResult>,
): Speaker {
  return {
    protocol,
    async call(method, fields, headers) {
      const { status, body } = await send(restRequest(method, fields, headers, contract));
      const json = JSON.parse(body.toString());
      if (status === 200) return { answer: json };
      return { code: json.code, message: json.message, id: json.details[0]?.id };
    },
  };
}

/** A call as a request of its first REST path. */
export function restRequest(
  method: DescMethodUnary,
  fields: Fields,
  headers: Headers,
  contract: ServedContract = features.contract,
): WireRequest {
  const [rule] = restRules(method);
  const prefix = contract.services.find(({ service }) => service === method.parent)?.restPrefix;
  if (rule === undefined || prefix === undefined) throw new Error(`${method} has no path`);
  const url = rule.pathFields.reduce((path, { parameter, field }) => {
    const value = `${fields[method.input.fields.find(({ name }) => name === field)?.localName ?? '']}`;
    return path.replace(parameter === '*' ? '*' : `:${parameter}`, encodeURIComponent(value));
  }, rule.url);
  return {
    path: prefix + url.replace('::', ':'), // the router writes a colon that begins no parameter twice
    method: rule.verb,
    headers,
    ...(rule.hasBody && { body: Buffer.from(JSON.stringify(toJson(method.input, create(method.input, fields)))) }),
  };
}

function webTextSpeaker(protocol: string, send: (request: WireRequest) => Promise<WireResult>): Speaker {
  return {
    protocol,
    async call(method, fields, headers) {
      const message = toBinary(method.input, create(method.input, fields as MessageInitShape<typeof method.input>));
      const { body } = await send({
        path: `/${method.parent.typeName}/${method.name}`,
        headers: { ...headers, 'content-type': 'application/grpc-web-text' },
        body: Buffer.from(framed(message).toString('base64')),
      });
      const parts = frames(Buffer.from(body.toString(), 'base64'));
      const trailers = trailersIn(parts.at(-1)?.data ?? Buffer.alloc(0));
      const [answer] = parts;
      if (trailers['grpc-status'] === '0' && answer !== undefined)
        return { answer: toJson(method.output, fromBinary(method.output, answer.data)) };
      return {
        code: Number(trailers['grpc-status']),
        message: decodeURIComponent(trailers['grpc-message'] ?? ''),
        id: idIn(trailers['grpc-status-details-bin']),
      };
    },
  };
}

function trailersIn(data: Buffer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    data
      .toString()
      .split('\r\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

/** The id in the details of a status: its last part is the detail's type, then its length and the detail itself. */
function idIn(details: string | undefined): string | undefined {
  if (details === undefined) return undefined;
  const bytes = Buffer.from(details, 'base64');
  const { typeName } = ErrorDetailSchema;
  return fromBinary(ErrorDetailSchema, bytes.subarray(bytes.indexOf(typeName) + typeName.length + 2)).id;
}
