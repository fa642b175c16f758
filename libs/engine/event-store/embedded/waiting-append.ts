import type { AppendResult } from '../port/event-store.js';
import type { AppendRequest } from './append-request.js';

/** An append that waits for its group, and for whoever asked for it. */
export class WaitingAppend {
  /** Why it was refused, or could not be written. */
  failure: Error | undefined;
  readonly result: Promise<AppendResult>;
  readonly resolve: (result: AppendResult) => void;
  readonly #reject: (error: Error) => void;

  /**
   * @param bytes what it takes of the queue's memory
   * @param after another append, queued before, without which this one must not happen
   */
  constructor(
    readonly request: AppendRequest,
    readonly bytes: number,
    readonly after: WaitingAppend | undefined,
  ) {
    const { promise, resolve, reject } = withResolvers<AppendResult>();
    this.result = promise;
    this.resolve = resolve;
    this.#reject = reject;
  }

  reject(error: Error): void {
    this.failure = error;
    this.#reject(error);
  }
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
