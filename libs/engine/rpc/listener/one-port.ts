import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import {
  createServer as createHttp2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { HttpVersions } from '#libs/engine/runtime/http-versions.js';
import type { TlsCredentials } from '#libs/engine/runtime/tls-credentials.js';
import type { HttpError } from '../errors/http-error.js';
import { pathMissing, requestTimeout } from '../errors/http-error.js';
import { KEEP_ALIVE_MS, MAX_READ_HEADER_BYTES, REQUEST_TIMEOUT_MS } from '../limits/limits.js';
import { isHeadTooLarge } from '../protocols/rest/request-checks.js';
import { closingPipelined } from './pipelined-answers.js';

/** Serves a stream of HTTP/2, or returns false, so that it is handled as an ordinary request. */
export type StreamHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;

/**
 * Answers an HTTP/2 stream that no route serves, or whose request does not arrive in time.
 *
 * @param served the request that is being served already: the stream itself, or Node's request
 */
export type StreamRefusal = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  httpError: HttpError,
  served?: object,
) => void;

const MAX_HEADERS = 2_000; // the limit of Node's HTTP/1.1 server
const MAX_STREAMS = 256; // concurrent per connection; further requests wait in the client

/**
 * Serves HTTP/1.1 and HTTP/2 on one port. The version is recognized by the first bytes of a connection (HTTP/2 has a
 * preface), or over TLS by the negotiated protocol (ALPN).
 */
export class OnePort {
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #versions = new HttpVersions(REQUEST_TIMEOUT_MS);

  /**
   * @param tls undefined: without TLS
   * @param streams called first for each stream of HTTP/2; streams that it does not serve become ordinary requests
   * @param refuse answers streams of HTTP/2 that are not valid requests
   * @param requestTimeoutMs how long a client may take to send a request
   */
  constructor(
    private readonly tls: TlsCredentials | undefined,
    private readonly streams: StreamHandler,
    private readonly refuse: StreamRefusal,
    private readonly requestTimeoutMs = REQUEST_TIMEOUT_MS,
  ) {}

  /** For Fastify's option `serverFactory`. */
  readonly serverFactory = (handler: RequestListener): Server => {
    const options = {
      maxHeaderSize: MAX_READ_HEADER_BYTES,
      requireHostHeader: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: this.requestTimeoutMs,
      connectionsCheckingInterval: this.requestTimeoutMs,
    };
    const serve = closingPipelined(handler);
    const server =
      this.tls === undefined
        ? createHttpServer(options, serve)
        : createHttpsServer({ ...options, ...this.tls, ALPNProtocols: ['h2', 'http/1.1'] }, serve);
    server.on('checkExpectation', serve);
    const http2 = this.#http2Server(handler);
    const event = this.tls === undefined ? 'connection' : 'secureConnection';
    const http1 = server.listeners(event) as ((socket: Socket) => void)[];
    server.removeAllListeners(event);
    server.on(event, (socket: Socket) => {
      this.#versions.decide(socket, (isHttp2) => {
        if (isHttp2) {
          // Otherwise the end of the connection leaves its streams open: Node's HTTP/1.1 server makes half-open sockets.
          socket.allowHalfOpen = false;
          http2.emit('connection', socket);
        } else for (const listener of http1) listener.call(server, socket);
      });
    });
    const closeAllHttp1 = server.closeAllConnections.bind(server);
    server.closeAllConnections = () => {
      for (const session of this.#sessions) session.destroy();
      closeAllHttp1();
    };
    return server;
  };

  /** Tells every HTTP/2 client that no new stream is accepted (GOAWAY), and lets open streams end. */
  close(): void {
    this.#versions.close();
    for (const session of this.#sessions) session.close();
  }

  #http2Server(handler: RequestListener) {
    const server = createHttp2Server({
      maxHeaderListPairs: MAX_HEADERS,
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_READ_HEADER_BYTES },
    });
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      session.on('error', () => session.destroy()); // an error of the client, which ends the connection
      session.setTimeout(KEEP_ALIVE_MS, () => session.close());
    });
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _: number, rawHeaders: string[]) => {
      stream.on('error', () => {}); // the client has reset it
      let served: object = stream;
      endUnsent(stream, this.requestTimeoutMs, () => this.refuse(stream, headers, requestTimeout, served));
      if (headers[':path'] === undefined) this.refuse(stream, headers, pathMissing);
      else if (isHeadTooLarge(rawHeaders) || !this.streams(stream, headers)) {
        // node:http2 does this for its own request event, which would do it for every stream.
        const request = new Http2ServerRequest(stream, headers, {}, rawHeaders);
        served = request;
        handler(...([request, new Http2ServerResponse(stream)] as unknown as Parameters<RequestListener>));
      }
    });
    return server;
  }
}

/** Ends a stream whose request has not arrived in time, as Node's HTTP/1.1 server does with a connection. */
function endUnsent(stream: ServerHttp2Stream, afterMs: number, refuse: () => void): void {
  if (stream.endAfterHeaders) return;
  const timer = setTimeout(() => {
    if (stream.headersSent) stream.close();
    else refuse();
  }, afterMs);
  const stop = () => clearTimeout(timer);
  stream.once('end', stop).once('close', stop);
}
