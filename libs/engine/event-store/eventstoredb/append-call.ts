import { randomBytes } from 'node:crypto';
import { type ClientDuplexStream, status } from '@grpc/grpc-js';
import { ANSWER_MS } from './deadline.js';
import { CallTimeoutError } from './driver-errors.js';
import type { OutgoingAppend } from './outgoing-append.js';
import { AnsweredFailure, decodeBatchAnswer, type Written } from './wire/append-answer.js';
import { encodeBatchAppend } from './wire/append-request.js';

/** The gRPC call that carries appends. */
export type BatchAppendCall = ClientDuplexStream<Buffer, Buffer>;

/** An append that has been sent and not answered yet. */
interface Unanswered {
  readonly append: OutgoingAppend;
  readonly timer: NodeJS.Timeout;
  resolve(written: Written): void;
  reject(error: Error): void;
}

/** One BatchAppend call, which carries many appends and answers each when it is written. Its end fails the unanswered ones. */
export class AppendCall {
  readonly #unanswered = new Map<number, Unanswered>();
  /** The upper half of the UUIDs that identify its appends to the server. */
  readonly #id = randomBytes(8).readBigUInt64BE();
  #number = 0;
  #isRetired = false;

  /** @param retired is called when the call accepts no more appends: it has ended, or an append had no answer in time */
  constructor(
    private readonly call: BatchAppendCall,
    private readonly retired: () => void,
  ) {
    call.on('data', (message: Buffer) => {
      try {
        this.#answer(message);
      } catch (error) {
        this.end(error as Error);
      }
    });
    call.on('error', (error: Error) => this.#fail(error));
    call.on('end', () => this.#fail(new AnsweredFailure(status.OK, 'the server has ended the call')));
  }

  /** Appends. @throws Error the port's for a refusal, gRPC's when the call has ended, AnsweredFailure, CallTimeoutError */
  append(append: OutgoingAppend): Promise<Written> {
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(number), ANSWER_MS);
      this.#unanswered.set(number, { append, timer, resolve, reject });
      this.call.write(encodeBatchAppend(append, { stream: this.#id, number }));
    });
  }

  /** Ends the call and fails the unanswered appends. */
  end(error: Error): void {
    this.#fail(error);
    this.call.cancel();
  }

  #answer(message: Buffer): void {
    const answer = decodeBatchAnswer(message);
    const unanswered = this.#take(answer.number);
    if (unanswered === undefined) return; // The answer came too late.
    const outcome = answer.outcome(unanswered.append);
    if (outcome instanceof Error) unanswered.reject(outcome);
    else unanswered.resolve(outcome);
    this.#endWhenDone();
  }

  /** A call without an answer in time may be dead although the connection is up: further appends get another call. */
  #giveUp(number: number): void {
    this.#retire();
    this.#take(number)?.reject(new CallTimeoutError(ANSWER_MS));
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (this.#isRetired && this.#unanswered.size === 0) this.call.cancel();
  }

  #take(number: number): Unanswered | undefined {
    const unanswered = this.#unanswered.get(number);
    this.#unanswered.delete(number);
    clearTimeout(unanswered?.timer);
    return unanswered;
  }

  #retire(): void {
    this.#isRetired = true;
    this.retired();
  }

  #fail(error: Error): void {
    this.#retire();
    for (const number of [...this.#unanswered.keys()]) this.#take(number)?.reject(error);
  }
}
