import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { expectationFailed, type HttpError, headTooLarge, hostUnclear } from '../../errors/http-error.js';
import { MAX_HEADER_BYTES } from '../../limits/limits.js';

/** Bytes that HTTP/1.1 adds to each header: colon, space and line end. */
const HEADER_EXTRA_BYTES = 4;

/** The characters of a host and its port, including the brackets of an IPv6 address. */
const HOST = /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]*$/;

/** Refuses invalid requests that Node's own server would refuse without a body, or would accept. */
export function checkRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const httpError = headError(request.raw);
    if (httpError === undefined) return done();
    if (httpError !== expectationFailed) closeAfter(reply);
    done(httpError);
  });
}

/** Says whether the head of a request is within the limit. @param rawHeaders name, value, name, value … */
export function isHeadTooLarge(rawHeaders: readonly string[], url = ''): boolean {
  let length = url.length + (rawHeaders.length / 2) * HEADER_EXTRA_BYTES;
  for (const text of rawHeaders) length += text.length;
  return length > MAX_HEADER_BYTES;
}

function headError({ rawHeaders, url, headers, httpVersion }: IncomingMessage): HttpError | undefined {
  if (isHeadTooLarge(rawHeaders, url)) return headTooLarge;
  if (httpVersion === '1.1' && !hasOneHost(rawHeaders)) return hostUnclear;
  const { expect } = headers;
  return expect === undefined || expect.toLowerCase() === '100-continue' ? undefined : expectationFailed;
}

/** Checks the raw headers, because Node silently drops all but the first host. */
function hasOneHost(rawHeaders: readonly string[]): boolean {
  const hosts: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (name.length === 'host'.length && name.toLowerCase() === 'host') hosts.push(rawHeaders[i + 1] ?? '');
  }
  return hosts.length === 1 && HOST.test(hosts[0] ?? '');
}

/** Closes the connection, because the client may be out of step with its own requests. HTTP/2 has separate streams. */
function closeAfter(reply: FastifyReply): void {
  if (reply.raw.req.httpVersionMajor === 1) reply.header('connection', 'close');
}
