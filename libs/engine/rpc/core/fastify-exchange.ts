import type { IncomingHttpHeaders } from 'node:http';
import { finished } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestRecord } from '../access-log/request-record.js';
import type { Exchange } from './call-context.js';

/** The exchange of a call whose request came through Fastify. */
export class FastifyExchange implements Exchange {
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {}

  get requestId(): string {
    return this.request.id;
  }

  get headers(): IncomingHttpHeaders {
    return this.request.headers;
  }

  get record(): RequestRecord | undefined {
    return this.request.record;
  }

  remoteAddress(): string {
    return this.request.ip;
  }

  setHeader(name: string, value: string): void {
    void this.reply.header(name, value);
  }

  onClose(callback: () => void): void {
    finished(this.reply.raw, { readable: false }, callback);
  }
}
