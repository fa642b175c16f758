import { type ClientWritableStream, type ServiceError, status } from '@grpc/grpc-js';
import { AnswerPull } from './answer-pull.js';
import { AppendStream } from './append-stream.js';
import { ANSWER_MS } from './deadline.js';
import type { Wire } from './driver.js';
import type { OutgoingAppend } from './outgoing-append.js';
import { decodeAppendAnswer, type Written } from './wire/append-answer.js';
import { encodeAppend } from './wire/append-request.js';
import { decodeReadAnswer } from './wire/read-answer.js';
import { encodeRead, type ReadRequest } from './wire/read-request.js';

const STREAMS = '/event_store.client.streams.Streams';
const asItIs = (bytes: Buffer) => bytes;

/** An established connection and the calls made through it, which fail when it ends. */
export class Session {
  readonly #reads = new Set<AnswerPull>();
  readonly #singleAppends = new Set<ClientWritableStream<Buffer>>();
  readonly #appendStream = new AppendStream(() => {
    const { client } = this.wire;
    return client.makeBidiStreamRequest(`${STREAMS}/BatchAppend`, asItIs, asItIs, ...this.wire.callArguments());
  });
  /** False: the server does not know BatchAppend. */
  #hasBatchAppend = true;

  constructor(private readonly wire: Wire) {}

  /** Reads a stream or $all, or subscribes to it. */
  read(request: ReadRequest): AnswerPull {
    const call = this.wire.client.makeServerStreamRequest(
      `${STREAMS}/Read`,
      asItIs,
      decodeReadAnswer,
      encodeRead(request),
      ...this.wire.callArguments(),
    );
    const pull: AnswerPull = new AnswerPull(call, () => this.#reads.delete(pull));
    this.#reads.add(pull);
    return pull;
  }

  /** Appends, over the shared call if the server supports it. @throws Error the port's for a refusal, otherwise gRPC's */
  append(append: OutgoingAppend): Promise<Written> {
    if (!this.#hasBatchAppend) return this.#appendAlone(append);
    return this.#appendStream.append(append).catch((error: ServiceError) => {
      if (error.code !== status.UNIMPLEMENTED) throw error;
      this.#hasBatchAppend = false;
      return this.#appendAlone(append);
    });
  }

  /** Calls the listener when the connection breaks, even while no call is under way. */
  whenBroken(listener: () => void): void {
    this.wire.whenBroken(listener);
  }

  /** Ends every call with the error and closes the connection. */
  end(error: Error): void {
    for (const read of this.#reads) {
      read.fail(error); // gRPC reports no error for a call that is cancelled here.
      read.leave();
    }
    this.#appendStream.end(error);
    for (const call of this.#singleAppends) call.cancel();
    this.wire.close();
  }

  /** Appends in a separate call. */
  #appendAlone(append: OutgoingAppend): Promise<Written> {
    return new Promise((resolve, reject) => {
      const [metadata, options] = this.wire.callArguments();
      const call = this.wire.client.makeClientStreamRequest(
        `${STREAMS}/Append`,
        asItIs,
        asItIs,
        metadata,
        { ...options, deadline: Date.now() + ANSWER_MS },
        (error, answer) => {
          this.#singleAppends.delete(call);
          const outcome = error ?? decodeAppendAnswer(answer ?? Buffer.alloc(0), append);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      );
      this.#singleAppends.add(call);
      call.on('error', reject);
      for (const message of encodeAppend(append)) call.write(message);
      call.end();
    });
  }
}
