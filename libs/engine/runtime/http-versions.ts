import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** How every connection of HTTP/2 begins. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/**
 * Tells the connections of HTTP/2 on a port from those of HTTP/1.1: by what the client has agreed to (ALPN), or without
 * that by the first bytes, which the version's preface tells apart.
 */
export class HttpVersions {
  readonly #undecided = new Set<Socket>();

  /** @param timeoutMs a connection that stays undecided for longer is closed */
  constructor(private readonly timeoutMs: number) {}

  /** Calls back when it is known which version a connection speaks. One that ends before is forgotten. */
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

  /** Closes the connections that are undecided. */
  close(): void {
    for (const socket of this.#undecided) socket.destroy();
  }
}

/** Reads the first bytes, and puts them back for what serves the connection. The preface may come in pieces. */
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
