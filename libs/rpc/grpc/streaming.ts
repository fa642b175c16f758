import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { DescMethod, Message } from '@bufbuild/protobuf';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import { codecsOf } from '../wire/codec.js';
import { FRAME_HEAD_BYTES, frame, frameEnd, truncated } from '../wire/frame.js';
import { grpcStatus } from '../wire/grpc-status.js';

/** A call with several requests or answers. The tools' own ones alone are such; the contract has none. */
export interface StreamingCall {
  readonly method: DescMethod;
  /** Takes the requests as they come and gives the answers; the signal says that the client has gone. */
  readonly run: (requests: AsyncIterable<Message>, signal: AbortSignal) => AsyncIterable<object>;
}

const stopped = ContractError.of(Code.UNAVAILABLE, 'the server is stopping: connect again');

/** What a streaming call is served with. */
export interface StreamingOptions {
  readonly headers: OutgoingHttpHeaders;
  /** Aborts when the server stops: a stream that nobody ends would hold it up. */
  readonly stopping: AbortSignal;
  /** What a client is told of a failure. */
  readonly errorFor: (error: unknown) => ContractError;
}

/** Serves a streaming call from its first request to its status. */
export async function serveStreaming(
  { method, run }: StreamingCall,
  stream: ServerHttp2Stream,
  { headers, stopping, errorFor }: StreamingOptions,
): Promise<void> {
  const { decode, encode } = codecsOf({ method }).proto;
  const over = new AbortController();
  const finish = (error?: ContractError) => {
    if (over.signal.aborted) return;
    over.abort();
    stream.once('wantTrailers', () => stream.sendTrailers(grpcStatus(error)));
    stream.end();
    stream.resume(); // what the client still sends is of no use to anybody
  };
  const stop = () => finish(stopped);
  stopping.addEventListener('abort', stop, { once: true });
  stream.once('close', () => {
    stopping.removeEventListener('abort', stop);
    over.abort();
  });
  stream.respond(headers, { waitForTrailers: true });
  try {
    for await (const answer of run(requestsOf(stream, decode), over.signal)) {
      if (over.signal.aborted) return;
      if (!stream.write(frame(encode(answer)))) await once(stream, 'drain', { signal: over.signal });
    }
    finish();
  } catch (error) {
    finish(over.signal.aborted ? undefined : errorFor(error));
  }
}

async function* requestsOf(stream: ServerHttp2Stream, decode: (bytes: Buffer) => Message): AsyncIterable<Message> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    for (let end = frameEnd(bytes); end !== undefined && end <= bytes.length; end = frameEnd(bytes)) {
      yield decode(bytes.subarray(FRAME_HEAD_BYTES, end));
      bytes = bytes.subarray(end);
    }
  }
  if (bytes.length > 0) throw truncated;
}
