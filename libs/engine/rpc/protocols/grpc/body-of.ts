import type { ServerHttp2Stream } from 'node:http2';
import { bodyTooLarge } from '../../errors/http-error.js';

/**
 * The whole body that a client sends on a stream; undefined if the client resets the stream before the end.
 *
 * @throws ContractError it exceeds the limit, in bytes
 */
export function bodyOf(stream: ServerHttp2Stream, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else reject(bodyTooLarge.error); // the rest is read and discarded
    });
    stream.once('end', () => resolve(stream.aborted ? undefined : joined(chunks)));
    stream.once('close', () => resolve(undefined));
  });
}

/** Joins the chunks; most messages arrive in a single one. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks;
  return first !== undefined && others.length === 0 ? first : Buffer.concat(chunks);
}
