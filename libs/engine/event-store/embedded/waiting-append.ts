import type { AppendResult } from '../port/event-store.js';
import type { AppendRequest } from './append-request.js';

/** An append that waits for its group, with the promise of its caller. */
export class WaitingAppend {
  /** The reason why it was refused, or could not be written. */
  failure: Error | undefined;
  readonly result: Promise<AppendResult>;
  readonly resolve: (result: AppendResult) => void;
  readonly #reject: (error: Error) => void;

  /**
   * @param bytes its share of the queue's memory
   * @param after an append queued before; if that one fails, this one must not be written
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
