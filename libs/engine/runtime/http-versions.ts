import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The first bytes of every HTTP/2 connection (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/**
 * Distinguishes HTTP/2 from HTTP/1.1 connections on one port: by the protocol that was negotiated (ALPN), otherwise by
 * the connection preface of HTTP/2.
 */
export class HttpVersions {
  readonly #undecided = new Set<Socket>();

  /** @param timeoutMs a connection that sends too few bytes for a decision within this time is closed */
  constructor(private readonly timeoutMs: number) {}

  /** Calls back when the version of a connection is known. A connection that ends before is dropped. */
  decide(socket: Socket, decided: (isHttp2: boolean) => void): void {
    if (socket instanceof TLSSocket && socket.alpnProtocol !== false) {
      decided(socket.alpnProtocol === 'h2');
      return;
    }
    this.#undecided.add(socket);
    socket.once('close', () => this.#undecided.delete(socket));
    byFirstBytes(socket, this.timeoutMs, (isHttp2) => {
      this.#undecided.delete(socket);
      decided(isHttp2);
    });
  }

  /** Closes the connections whose version is not known yet. */
  close(): void {
    for (const socket of this.#undecided) socket.destroy();
  }
}

/** Reads the first bytes and puts them back for the server. The preface may arrive in several packets. */
function byFirstBytes(socket: Socket, timeoutMs: number, decided: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const drop = () => socket.destroy();
  const timer = setTimeout(drop, timeoutMs);
  const stop = () => {
    clearTimeout(timer);
    socket.off('readable', look).off('end', drop).off('error', drop).off('close', stop);
  };
  function look(): void {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    seen = Buffer.concat([seen, bytes]);
    const compared = Math.min(seen.length, PREFACE.length);
    const matches = seen.compare(PREFACE, 0, compared, 0, compared) === 0;
    if (matches && compared < PREFACE.length) return;
    stop();
    socket.unshift(seen);
    decided(matches);
  }
  socket.on('readable', look).on('end', drop).on('error', drop).on('close', stop);
}
