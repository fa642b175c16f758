import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Message } from '@bufbuild/protobuf';
import { CANCELLED, Code, OK } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { type RequestRecord } from '../../access-log/request-record.js';
import { within } from '../../core/deadline.js';
import { codecsOf } from '../wire/codec.js';
import { FRAME_HEAD_BYTES, frameEnd, truncated } from '../wire/frame.js';
import type { StreamWire } from './stream-wire.js';
import type { StreamingCall } from './streaming-call.js';

const stopped = ContractError.of(Code.UNAVAILABLE, 'the server is stopping: connect again');

/** Both directions of a request, in either version of HTTP. */
export interface Duplex {
  readonly incoming: Readable;
  readonly outgoing: Writable;
  /** Sends the headers, at once: a client may wait for them before it sends its first message. */
  begin(): void;
  /** Sets what is sent behind the body. Called at most once, before the body ends. */
  trailers(trailers: Readonly<Record<string, string>>): void;
}

/** What a streaming call is served with. */
export interface StreamingOptions {
  readonly wire: StreamWire;
  /** Aborts when the server stops: a stream that nobody ends would hold it up. */
  readonly stopping: AbortSignal;
  /** How long the client waits for the end. @throws ContractError the request says it in no known form */
  readonly timeoutMs: () => number | undefined;
  /** For the request's line in the access log; undefined: it gets none. */
  readonly record: RequestRecord | undefined;
  /** What a client is told of a failure. */
  readonly errorFor: (error: unknown) => ContractError;
}

/** Serves a streaming call from its first request to its status. */
export async function serveStreaming(
  { method, run }: StreamingCall,
  duplex: Duplex,
  { wire, stopping, record, timeoutMs, errorFor }: StreamingOptions,
): Promise<void> {
  const { incoming, outgoing } = duplex;
  const { decode, encode } = codecsOf({ method })[wire.codec];
  const over = new AbortController();
  const finish = (error?: ContractError) => {
    if (over.signal.aborted) return;
    over.abort();
    const { body, trailers } = wire.end(error);
    record?.ended(error?.code ?? OK);
    record?.wrote(body?.length ?? 0);
    if (trailers !== undefined) duplex.trailers(trailers);
    outgoing.end(body);
    incoming.resume(); // what the client still sends is of no use to anybody
  };
  const stop = () => finish(stopped);
  stopping.addEventListener('abort', stop, { once: true });
  outgoing.once('close', () => {
    stopping.removeEventListener('abort', stop);
    over.abort();
  });
  incoming.on('error', () => over.abort()); // the client has gone
  record?.ended(CANCELLED); // unless it comes to its end
  duplex.begin();
  try {
    await within(timeoutMs(), async () => {
      const requests = requestsOf(wire.frames(chunksOf(incoming)), decode);
      for await (const answer of run(requests, over.signal)) {
        if (over.signal.aborted) return;
        const message = wire.message(encode(answer));
        record?.wrote(message.length);
        if (!outgoing.write(message)) await once(outgoing, 'drain', { signal: over.signal });
      }
    });
    finish();
  } catch (error) {
    if (!over.signal.aborted) finish(errorFor(error));
  }
}

function chunksOf(incoming: Readable): AsyncIterable<Buffer> {
  return incoming.iterator({ destroyOnReturn: false });
}

async function* requestsOf(chunks: AsyncIterable<Buffer>, decode: (bytes: Buffer) => Message): AsyncIterable<Message> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk]);
    for (let end = frameEnd(bytes); end !== undefined && end <= bytes.length; end = frameEnd(bytes)) {
      yield decode(bytes.subarray(FRAME_HEAD_BYTES, end));
      bytes = bytes.subarray(end);
    }
  }
  if (bytes.length > 0) throw truncated;
}
