import { AppendCall, type BatchAppendCall } from './append-call.js';
import type { OutgoingAppend } from './outgoing-append.js';
import type { Written } from './wire/append-answer.js';

/** Appends over one BatchAppend call at a time. It is started with the first append, and again after it has failed. */
export class AppendStream {
  readonly #calls = new Set<AppendCall>();
  #current: AppendCall | undefined;

  /** @param begin starts a call */
  constructor(private readonly begin: () => BatchAppendCall) {}

  /** Appends: see {@link AppendCall.append}. */
  append(append: OutgoingAppend): Promise<Written> {
    this.#current ??= this.#begun();
    return this.#current.append(append);
  }

  /** Ends the calls and fails the unanswered appends. */
  end(error: Error): void {
    for (const call of [...this.#calls]) call.end(error);
  }

  #begun(): AppendCall {
    const stream = this.begin();
    const call: AppendCall = new AppendCall(stream, () => {
      if (this.#current === call) this.#current = undefined;
    });
    this.#calls.add(call);
    stream.on('status', () => this.#calls.delete(call));
    return call;
  }
}
