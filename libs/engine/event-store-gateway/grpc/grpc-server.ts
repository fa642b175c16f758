import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { GatewayError } from '../grpc-errors.js';
import type { CallHandler } from './call-handler.js';
import { GrpcCall } from './grpc-call.js';

/** The interval of pings: EventStoreDB's default. */
const KEEP_ALIVE_MS = 10_000;
/** The intervals without an answer after which a client is gone. In the first one this process may have been paused. */
const MAX_SILENT_INTERVALS = 2;

/** gRPC with any encoding of messages; not gRPC-web, whose frames differ. */
const GRPC_CONTENT = /^application\/grpc(\+|;|$)/;

/**
 * Serves gRPC on Node's HTTP/2 server. grpc-js has a server as well, which takes several times as long for a message:
 * docs/decisions/0073-gateway-on-http2-streams.md.
 */
export class GrpcServer {
  readonly #http2 = createServer({
    // The limit would refuse streams of a client that is slow to take its responses.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
    // Names of streams in trailers are long, and a block above the limit would end the connection.
    maxSendHeaderBlockLength: Number.MAX_SAFE_INTEGER,
  });
  readonly #sessions = new Set<ServerHttp2Session>();

  /**
   * @param handlers by the paths of their methods; other methods answer UNIMPLEMENTED
   * @param admit calls back when a call may be served, or ends it
   * @param keepAliveMs the interval of pings
   */
  constructor(
    private readonly handlers: ReadonlyMap<string, CallHandler>,
    private readonly admit: (call: GrpcCall, serve: () => void) => void,
    private readonly keepAliveMs = KEEP_ALIVE_MS,
  ) {
    this.#http2.on('stream', (stream, headers) => this.#serve(stream, headers));
    this.#http2.on('session', (session) => {
      this.#sessions.add(session);
      const stopPings = keepAlive(session, this.keepAliveMs);
      session.once('close', () => {
        this.#sessions.delete(session);
        stopPings();
      });
    });
  }

  /** Serves the calls of an HTTP/2 connection. */
  accept(connection: Socket): void {
    this.#http2.emit('connection', connection);
  }

  /** Accepts no more calls, and waits until those that are open have ended, as long as is given to them. */
  async close(drainMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cutOff = setTimeout(() => {
        for (const session of this.#sessions) session.destroy();
        resolve();
      }, drainMs);
      const left = new Set(this.#sessions);
      const finish = (session?: ServerHttp2Session) => {
        if (session !== undefined) left.delete(session);
        if (left.size > 0) return;
        clearTimeout(cutOff);
        resolve();
      };
      for (const session of left) {
        session.once('close', () => finish(session));
        session.close();
      }
      finish();
    });
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const call = new GrpcCall(stream, headers);
    if (headers[':method'] !== 'POST' || !GRPC_CONTENT.test(headers['content-type'] ?? '')) {
      // The client may have reset the stream already.
      if (!stream.closed && !stream.destroyed) stream.respond({ ':status': 415 }, { endStream: true });
      stream.resume();
      return;
    }
    const handler = this.handlers.get(call.path);
    if (handler === undefined) {
      call.fail(new GatewayError(status.UNIMPLEMENTED, `The server does not implement the method ${call.path}`));
      return;
    }
    call.watchDeadline();
    this.admit(call, () => {
      try {
        if (!call.ended) handler(call);
      } catch (error) {
        call.fail(error);
      }
    });
  }
}

/**
 * Ends a connection whose client does not answer pings: its machine or the network is gone without a word, and its
 * subscriptions would last for ever.
 *
 * @returns a function that stops the pings
 */
function keepAlive(session: ServerHttp2Session, intervalMs: number): () => void {
  let silentIntervals = 0;
  const timer = setInterval(() => {
    if (session.destroyed || session.closed) return;
    if (silentIntervals >= MAX_SILENT_INTERVALS) {
      session.destroy();
      return;
    }
    if (silentIntervals === 0) {
      session.ping(() => {
        silentIntervals = 0;
      });
    }
    silentIntervals += 1;
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
