import { Worker } from 'node:worker_threads';
import { workerScript } from '#libs/engine/runtime/worker-script.js';
import { expressionTooExpensive, shuttingDown, tooManyExpensiveExpressions } from '../grpc-errors.js';
import type { MatchAnswer, MatchRequest } from './expression-match.js';
import { MAX_QUEUED_PAGES, WORKER_TIMEOUT_MS } from './filter-limits.js';

interface Job {
  readonly request: MatchRequest;
  readonly resolve: (matched: readonly boolean[]) => void;
  readonly reject: (error: Error) => void;
}

/** Overrides for tests. */
export interface ExpressionWorkerOptions {
  readonly script?: URL;
  readonly timeoutMs?: number;
}

/** Heap limits of the worker. An expression within its limits needs only a part of this. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/**
 * Matches expensive regular expressions in a worker thread, one page of names at a time, in order of arrival. The
 * thread is started on first use and restarted after it had to be terminated.
 */
export class ExpressionWorker {
  readonly #script: URL;
  readonly #timeoutMs: number;
  readonly #queue: Job[] = [];
  #running: Job | undefined;
  #worker: Worker | undefined;
  #timeout: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ExpressionWorkerOptions = {}) {
    this.#script = options.script ?? workerScript('./expression-worker-thread.js', import.meta.url);
    this.#timeoutMs = options.timeoutMs ?? WORKER_TIMEOUT_MS;
  }

  /**
   * Returns for each name whether the expression matches it.
   *
   * @throws GatewayError matching took too long, too many pages are queued, or the gateway is closing
   */
  match(request: MatchRequest): Promise<readonly boolean[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw shuttingDown();
      if (this.#queue.length >= MAX_QUEUED_PAGES) throw tooManyExpensiveExpressions();
      this.#queue.push({ request, resolve, reject });
      this.#next();
    });
  }

  /** Terminates the thread; pending requests fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#terminate(shuttingDown());
    for (const job of this.#queue.splice(0)) job.reject(shuttingDown());
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined || this.#closed) return;
    this.#running = this.#queue.shift();
    if (this.#running === undefined) return;
    this.#worker ??= this.#start();
    this.#worker.postMessage(this.#running.request);
    this.#timeout = setTimeout(() => this.#terminate(expressionTooExpensive()), this.#timeoutMs);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { resourceLimits: RESOURCE_LIMITS });
    worker.unref();
    worker.on('message', (answer: MatchAnswer) => {
      if (worker === this.#worker) this.#answered(answer);
    });
    // The thread ran out of memory or exited: its request cannot be answered.
    for (const end of ['error', 'exit']) {
      worker.on(end, () => {
        if (worker === this.#worker) this.#terminate(expressionTooExpensive());
      });
    }
    return worker;
  }

  #answered(answer: MatchAnswer): void {
    const job = this.#takeRunning();
    if (answer === undefined) job?.reject(expressionTooExpensive());
    else job?.resolve(answer);
    this.#next();
  }

  /** Terminates the thread and fails its request; a new thread continues with the queue. */
  #terminate(error: Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#takeRunning()?.reject(error);
    this.#next();
  }

  #takeRunning(): Job | undefined {
    clearTimeout(this.#timeout);
    const job = this.#running;
    this.#running = undefined;
    return job;
  }
}
