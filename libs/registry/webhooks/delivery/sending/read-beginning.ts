import type { IncomingMessage } from 'node:http';

/** The bytes of an answer that are kept. */
const MAX_ANSWER_BYTES = 1_024;

/** How long the body of an answer is waited for, after its head: the status alone decides. */
const BODY_MS = 2_000;

/**
 * Reads the beginning of an answer: 1 KiB at most, for 2 seconds at most. The connection of an answer that has more is
 * closed; that of a whole one can be used again. Never rejects.
 */
export function readBeginning(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8'));
    };
    const cut = () => {
      answer.destroy();
      done();
    };
    const timer = setTimeout(cut, BODY_MS);
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) cut();
    });
    answer.on('error', done); // it was cut off
    answer.on('close', done);
    answer.on('end', done);
  });
}
