import { connect, type IncomingHttpHeaders } from 'node:http2';
import { framed as frame, frames } from './wire.js';

/** The gRPC frame of a message. */
export function framed(message: { serializeBinary(): Uint8Array } | Uint8Array, flags = 0): Buffer {
  return frame(message instanceof Uint8Array ? message : message.serializeBinary(), flags);
}

/** What a gateway answered to a request of HTTP/2. */
export interface FramedAnswer {
  readonly status: number | undefined;
  /** `grpc-status`; undefined if the answer is not gRPC. */
  readonly code: number | undefined;
  readonly messages: readonly Buffer[];
}

/** Sends a request of HTTP/2 in these pieces, which may be anything, and waits for the whole answer. */
export async function sendFrames(
  port: number,
  path: string,
  pieces: readonly Buffer[],
  headers: Readonly<Record<string, string>> = {},
): Promise<FramedAnswer> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const request = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const received: Record<string, unknown>[] = [];
    for (const event of ['response', 'trailers']) {
      request.on(event, (found: IncomingHttpHeaders) => received.push({ ...found }));
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = new Promise((resolve, reject) => request.on('close', resolve).on('error', reject));
    for (const piece of pieces) await new Promise((resolve) => request.write(piece, resolve));
    request.end();
    await closed;
    const all: Record<string, unknown> = Object.assign({}, ...received);
    const code = all['grpc-status'];
    return {
      status: all[':status'] as number | undefined,
      code: code === undefined ? undefined : Number(code),
      messages: frames(Buffer.concat(chunks)).map(({ data }) => data),
    };
  } finally {
    session.close();
  }
}
