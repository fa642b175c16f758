import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { securityHeaders } from '#libs/engine/rpc/edge/security-headers.js';
import type { ClientRequest } from './client-handover.js';

/** A request as the provider gets it. */
export interface Forwarded {
  /** Default: the headers of the request. */
  readonly headers?: FastifyRequest['headers'];
  /** The body; default: none. */
  readonly form?: ClientRequest['form'];
  /** The scheme and host of the URLs in the answer. */
  readonly base: URL;
}

/** Lets the provider answer a request. Fastify has read the body already, so the provider gets a copy of the request. */
export function toProvider(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
  { headers = request.headers, form, base }: Forwarded,
): FastifyReply {
  const copy = copyOf(request, headers, form, base);
  answerHeaders(request, reply);
  provider.callback()(copy, reply.raw);
  return reply;
}

/** Takes the answer from Fastify, and sets the headers that Fastify would add. */
export function answerHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  const headers = { ...securityHeaders, 'x-request-id': request.id };
  for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
}

/** Headers that the provider must not see: of proxies, which are not trusted, and of CORS, which the server decides on. */
const KEPT_BACK = ['x-forwarded-host', 'x-forwarded-for', 'origin'];

/** The names of HTTP/2's pseudo-headers begin with a colon; the provider reads the host from the usual header. */
function isKeptBack(name: string): boolean {
  return name.startsWith(':') || KEPT_BACK.includes(name);
}

function copyOf(
  { raw }: FastifyRequest,
  headers: FastifyRequest['headers'],
  form: URLSearchParams | undefined,
  base: URL,
): IncomingMessage {
  const body = form === undefined ? [] : [Buffer.from(form.toString())];
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !isKeptBack(name)));
  // Not a real IncomingMessage: that one destroys its socket with itself.
  return Object.assign(Readable.from(body, { objectMode: false }), {
    method: raw.method,
    url: raw.url,
    httpVersion: raw.httpVersion,
    httpVersionMajor: raw.httpVersionMajor,
    httpVersionMinor: raw.httpVersionMinor,
    socket: raw.socket,
    headers: {
      ...kept,
      host: base.host,
      'x-forwarded-proto': base.protocol.slice(0, -1),
      ...(form && { 'content-length': String(body[0]?.length) }),
    },
  }) as unknown as IncomingMessage;
}
