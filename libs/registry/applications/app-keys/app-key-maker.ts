import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { FairQueue } from '#libs/engine/kernel/fair-queue.js';
import { workerScript } from '#libs/engine/runtime/worker-script.js';
import type { AppKeyPair } from './app-key.js';

/** One thread for each processor but the one that serves requests; more than these make keys no faster for long. */
const MAX_THREADS = Math.min(4, Math.max(1, availableParallelism() - 1));

/** How many keys one caller may have waiting: a thread makes some ten a second. */
export const MAX_WAITING_PER_CALLER = 100;

/** How many keys may wait in all: a minute's work of a thread. */
export const MAX_WAITING = 600;

/** Whoever is refused may come again after this: some keys have been made by then. */
const RETRY_AFTER_SECONDS = 5;

interface Job {
  readonly resolve: (key: AppKeyPair) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes keys in threads of its own, a few at a time. A key costs a hundred times what everything else in a request
 * does: on Node's own thread pool, keys would stand before the commits of the event store. Threads start when the
 * first keys are asked for.
 */
export class AppKeyMaker {
  readonly #waiting = new FairQueue<Job>();
  readonly #running = new Map<Worker, Job>();
  readonly #idle: Worker[] = [];
  #isClosed = false;

  /**
   * Makes a key.
   *
   * @param caller who asks: callers take turns
   * @param signal the caller has gone: a key that is not begun is not made, and the signal's reason is thrown
   * @throws ContractError RESOURCE_EXHAUSTED: too many keys wait, of this caller or in all; UNAVAILABLE: closed
   */
  make(caller: string, signal?: AbortSignal): Promise<AppKeyPair> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#isClosed) throw stopping();
      this.#assertRoom(caller);
      const job = { resolve, reject };
      this.#waiting.push(caller, job);
      const leave = () => {
        this.#waiting.remove(caller, job);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#next();
    });
  }

  /** Ends the threads; what is waited for fails. Nest calls it when the app is closed. */
  async onModuleDestroy(): Promise<void> {
    this.#isClosed = true;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) job.reject(stopping());
    for (const job of this.#running.values()) job.reject(stopping());
    const threads = [...this.#running.keys(), ...this.#idle];
    this.#running.clear();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  #assertRoom(caller: string): void {
    if (this.#waiting.sizeOf(caller) >= MAX_WAITING_PER_CALLER) {
      throw exhausted(`${MAX_WAITING_PER_CALLER} keys that you have asked for are waiting to be made`);
    }
    if (this.#waiting.size >= MAX_WAITING) throw exhausted(`${MAX_WAITING} keys are waiting to be made`);
  }

  #next(): void {
    while (this.#running.size < MAX_THREADS && this.#waiting.size > 0) {
      const thread = this.#idle.pop() ?? this.#start();
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running.set(thread, job);
      thread.postMessage('make');
    }
  }

  #start(): Worker {
    const thread = new Worker(workerScript('./app-key-worker.js', import.meta.url));
    thread.unref();
    thread.on('message', (key: AppKeyPair) => {
      this.#running.get(thread)?.resolve(key);
      if (this.#running.delete(thread)) this.#idle.push(thread);
      this.#next();
    });
    thread.on('error', (error) => this.#lost(thread, error));
    thread.on('exit', () => this.#lost(thread, new Error('the thread that makes keys has ended')));
    return thread;
  }

  /** The key that a thread was at is not made; another thread makes the next one. */
  #lost(thread: Worker, error: Error): void {
    this.#running.get(thread)?.reject(error);
    this.#running.delete(thread);
    if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
    if (!this.#isClosed) this.#next();
  }
}

function exhausted(what: string): ContractError {
  return ContractError.exhausted(RETRY_AFTER_SECONDS, `${what}: try again in ${RETRY_AFTER_SECONDS} s`);
}

function stopping(): ContractError {
  return ContractError.of(Code.UNAVAILABLE, 'the server is stopping: try again');
}
