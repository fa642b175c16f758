import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A raw answer of HTTP/1.1. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends bytes, in one or several pieces, and reads one answer up to the end given by its content-length.
 *
 * @param ca with which the server is spoken to over TLS
 */
export async function sendRaw(url: string, bytes: string | readonly string[], ca?: Buffer): Promise<RawAnswer> {
  const { port } = new URL(url);
  const target = { port: Number(port), host: '127.0.0.1', noDelay: true };
  const socket = ca === undefined ? connectTcp(target) : connectTls({ ...target, ca, servername: 'localhost' });
  await once(socket, ca === undefined ? 'connect' : 'secureConnect');
  try {
    const answer = answerOn(socket);
    for (const piece of [bytes].flat()) await new Promise((written) => socket.write(piece, 'latin1', written));
    return await answer;
  } finally {
    socket.destroy();
  }
}

async function answerOn(socket: Socket): Promise<RawAnswer> {
  let received = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received += (chunk as Buffer).toString('latin1');
    const answer = parsed(received);
    if (answer !== undefined) return answer;
  }
  throw new Error(`the connection ended before its answer did: ${received}`);
}

function parsed(text: string): RawAnswer | undefined {
  const [head, ...rest] = text.split('\r\n\r\n');
  if (head === undefined || rest.length === 0) return undefined;
  const [statusLine, ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  const body = rest.join('\r\n\r\n');
  if (body.length < Number(headers['content-length'] ?? 0)) return undefined;
  return { status: Number(statusLine?.split(' ')[1]), headers, body };
}
