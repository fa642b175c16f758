import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { parseNote, type SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { GATHER_MS } from '#libs/engine/ledger/tree/ledger-source.js';
import type { LedgerStatus } from '#libs/engine/ledger/tree/ledger-status.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { workerScript } from '#libs/engine/runtime/worker-script.js';
import type { FromLedger, LedgerTask, ToLedger } from './ledger-messages.js';

/**
 * Room for the thread's young objects, instead of the 48 MB that V8 lets it take and keeps: it has a page of events in
 * memory at a time, and little of it lives longer than a page.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 12 };

/** What a thread needs of the process. */
export interface ThreadParts {
  /** The last checkpoint of an earlier process. */
  readonly last: SignedCheckpoint | undefined;
  /** The newest position of the embedded log; undefined: the log is in another process. */
  readonly head: () => bigint | undefined;
  /** Gets the position of an event of the embedded log that is damaged. */
  readonly damaged: (position: bigint) => void;
  readonly log: Log;
}

/** Keeps the ledger in a thread, and knows its last checkpoint and its status. */
export class LedgerThread {
  readonly #worker: Worker;
  readonly #telling: NodeJS.Timeout;
  #checkpoint: SignedCheckpoint | undefined;
  #status: LedgerStatus = { state: 'checking' };
  #told: bigint | undefined;
  /** Why it failed when that was logged last. */
  #failure: string | undefined;

  constructor(
    task: LedgerTask,
    private readonly parts: ThreadParts,
  ) {
    this.#checkpoint = parts.last;
    const options = { workerData: task, resourceLimits: RESOURCE_LIMITS };
    this.#worker = new Worker(workerScript('./ledger-worker.js', import.meta.url), options);
    this.#worker.on('message', (message: FromLedger) => this.#take(message));
    this.#worker.on('error', (error) => this.#turned({ state: 'failing', reason: messageOf(error) }));
    this.#telling = setInterval(() => this.#tellHead(), GATHER_MS);
    this.#tellHead();
  }

  get checkpoint(): SignedCheckpoint | undefined {
    return this.#checkpoint;
  }

  get status(): LedgerStatus {
    return this.#status;
  }

  /** Ends the thread when it has finished what it is doing. */
  async stop(): Promise<void> {
    clearInterval(this.#telling);
    if (this.#worker.threadId === -1) return; // It has ended.
    const ended = once(this.#worker, 'exit');
    this.#tell({ stop: true });
    await ended;
  }

  #tellHead(): void {
    const head = this.parts.head();
    if (head === undefined || head === this.#told) return;
    this.#told = head;
    this.#tell({ head });
  }

  #tell(message: ToLedger): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromLedger): void {
    if ('checkpoint' in message) this.#checkpoint = parseNote(message.checkpoint);
    else if ('status' in message) this.#turned(message.status);
    else if ('damagedAt' in message) this.parts.damaged(message.damagedAt);
    else this.parts.log[message.level](message.fields, message.message);
  }

  /** Logs what an operator has to know of a new status. */
  #turned(status: LedgerStatus): void {
    this.#status = status;
    const { log } = this.parts;
    const { state, reason } = status;
    if (state === 'contradicted') {
      log.error(
        { reason },
        'the event log contradicts the ledger, nothing is signed: appledger ledger verify says which events differ',
      );
    }
    if (state === 'failing' && this.#failure !== reason) log.warn({ reason }, 'the ledger cannot go on, trying again');
    if (state === 'current' && this.#failure !== undefined) log.info({}, 'the ledger goes on');
    if (state === 'failing' || state === 'current') this.#failure = reason;
  }
}
