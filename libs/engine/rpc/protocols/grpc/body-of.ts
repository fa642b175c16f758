import type { ServerHttp2Stream } from 'node:http2';
import { bodyTooLarge } from '../../errors/http-error.js';

/**
 * Everything that a client sends on a stream; undefined when it resets the stream instead of coming to an end.
 *
 * @throws ContractError it is more than the limit, in bytes
 */
export function bodyOf(stream: ServerHttp2Stream, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else reject(bodyTooLarge.error); // and what still comes is read away
    });
    stream.once('end', () => resolve(stream.aborted ? undefined : joined(chunks)));
    stream.once('close', () => resolve(undefined));
  });
}

/** A message mostly comes in one chunk. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks;
  return first !== undefined && others.length === 0 ? first : Buffer.concat(chunks);
}
