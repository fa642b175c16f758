import type { Readable } from 'node:stream';
import type { Message } from '@bufbuild/protobuf';
import { FRAME_HEAD_BYTES } from '#libs/engine/kernel/grpc-wire.js';
import type { StreamingCall } from '../../core/call.js';
import type { Exchange } from '../../core/call-context.js';
import type { Codec } from '../wire/codec.js';
import { frameEnd, truncated } from '../wire/frame.js';
import type { StreamRequest } from './stream-run.js';
import type { StreamWire } from './stream-wire.js';

/** The request messages of a call, as frames of a body. */
export function framedRequest(
  { scopeField }: StreamingCall,
  exchange: Exchange,
  incoming: Readable,
  wire: StreamWire,
  { decode }: Codec,
): StreamRequest {
  const messages = requestsOf(wire.frames(incoming.iterator({ destroyOnReturn: false })), decode);
  if (scopeField === undefined) return { exchange, messages, scope: async () => undefined };
  const replayed = new Replayed(messages);
  return {
    exchange,
    messages: replayed,
    scope: async () => replayed.first().then((message) => scopeIn(message, scopeField)),
  };
}

/** Messages whose first one can be inspected before they are consumed. */
class Replayed implements AsyncIterable<Message> {
  readonly #iterator: AsyncIterator<Message>;
  #first: Promise<IteratorResult<Message>> | undefined;

  constructor(messages: AsyncIterable<Message>) {
    this.#iterator = messages[Symbol.asyncIterator]();
  }

  /**
   * The first message; undefined: there is none, or it cannot be decoded. The error is thrown when the messages are
   * consumed.
   */
  async first(): Promise<Message | undefined> {
    this.#first ??= this.#iterator.next();
    const result = await this.#first.catch(() => undefined);
    return result === undefined || result.done ? undefined : result.value;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Message> {
    for (let next = this.#first ?? this.#iterator.next(); ; next = this.#iterator.next()) {
      const { done, value } = await next;
      if (done) return;
      yield value;
    }
  }
}

function scopeIn(message: Message | undefined, field: string): string | undefined {
  return (message as (Message & Readonly<Record<string, string>>) | undefined)?.[field];
}

async function* requestsOf(chunks: AsyncIterable<Buffer>, decode: Codec['decode']): AsyncIterable<Message> {
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
