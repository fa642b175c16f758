import type { Socket } from 'node:net';
import { REQUEST_TIMEOUT_MS } from '../limits.js';

/** How every connection of HTTP/2 begins. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/**
 * Tells by a connection's first bytes whether it is HTTP/2, and puts them back for who serves it. The preface may
 * come in pieces. A connection that ends or stays undecided for too long is closed.
 */
export function byFirstBytes(socket: Socket, decided: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const drop = () => socket.destroy();
  const timer = setTimeout(drop, REQUEST_TIMEOUT_MS);
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
