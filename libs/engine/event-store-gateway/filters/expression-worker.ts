import { Worker } from 'node:worker_threads';
import { workerScript } from '#libs/engine/runtime/worker-script.js';
import { expressionTooExpensive, shuttingDown, tooManyExpensiveExpressions } from '../grpc-errors.js';
import { MAX_WAITING_PAGES, WORKER_ANSWERS_WITHIN_MS } from './filter-limits.js';
import type { MatchAnswer, MatchRequest } from './match-names.js';

interface Job {
  readonly request: MatchRequest;
  readonly resolve: (matched: readonly boolean[]) => void;
  readonly reject: (error: Error) => void;
}

/** How a worker is started, other than a gateway's is. */
export interface ExpressionWorkerOptions {
  readonly script?: URL;
  readonly answersWithinMs?: number;
}

/** A worker's heap: what an expression keeps within its limits is a part of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/**
 * Matches expressions that may be expensive in a thread of their own, one page of names after the other in the order in
 * which they came. The thread is started when it is first needed, and started again after it had to be ended.
 */
export class ExpressionWorker {
  readonly #script: URL;
  readonly #answersWithinMs: number;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;
  #worker: Worker | undefined;
  #overdue: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ExpressionWorkerOptions = {}) {
    this.#script = options.script ?? workerScript('./match-worker.js', import.meta.url);
    this.#answersWithinMs = options.answersWithinMs ?? WORKER_ANSWERS_WITHIN_MS;
  }

  /**
   * Which of the names the expression matches.
   *
   * @throws GatewayError it took too long, too many pages wait, or the gateway is closing
   */
  match(request: MatchRequest): Promise<readonly boolean[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw shuttingDown();
      if (this.#waiting.length >= MAX_WAITING_PAGES) throw tooManyExpensiveExpressions();
      this.#waiting.push({ request, resolve, reject });
      this.#next();
    });
  }

  /** Ends the thread; what waits for it fails. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#end(shuttingDown());
    for (const job of this.#waiting.splice(0)) job.reject(shuttingDown());
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined || this.#closed) return;
    this.#running = this.#waiting.shift();
    if (this.#running === undefined) return;
    this.#worker ??= this.#start();
    this.#worker.postMessage(this.#running.request);
    this.#overdue = setTimeout(() => this.#end(expressionTooExpensive()), this.#answersWithinMs);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { resourceLimits: RESOURCE_LIMITS });
    worker.unref();
    worker.on('message', (answer: MatchAnswer) => {
      if (worker === this.#worker) this.#answered(answer);
    });
    // It ran out of memory, or ended by itself: what it was asked cannot be answered.
    for (const end of ['error', 'exit']) {
      worker.on(end, () => {
        if (worker === this.#worker) this.#end(expressionTooExpensive());
      });
    }
    return worker;
  }

  #answered(answer: MatchAnswer): void {
    const job = this.#done();
    if (answer === undefined) job?.reject(expressionTooExpensive());
    else job?.resolve(answer);
    this.#next();
  }

  /** Ends the thread and fails what it was at; what waits goes on in another one. */
  #end(error: Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#done()?.reject(error);
    this.#next();
  }

  #done(): Job | undefined {
    clearTimeout(this.#overdue);
    const job = this.#running;
    this.#running = undefined;
    return job;
  }
}
