import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What an event-store-child answers: see there for which field comes when. */
export interface Answer {
  readonly opened?: boolean;
  readonly readOnly?: boolean;
  readonly error?: string;
  readonly stream?: string;
  readonly stored?: number;
  /** Of the events of the stream, where one is named. */
  readonly count?: number;
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly detail?: string;
}

const CHILD = join('dist', 'test', 'support', 'event-store-child.js');

/** An event store in a process of its own; see event-store-child.ts for the commands. */
export class EventStoreProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  /**
   * @param folder the data folder
   * @param options `before`: shell commands, such as ulimit, that hold for the process; `args`: further arguments
   */
  constructor(folder: string, { before = ':', args = [] }: { before?: string; args?: string[] } = {}) {
    this.#child = spawn('bash', ['-c', `${before}; exec "$@"`, 'bash', process.execPath, CHILD, folder, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next answer, or undefined when the process has ended. */
  async answer(): Promise<Answer | undefined> {
    const { done, value } = await this.#answers.next();
    return done ? undefined : (JSON.parse(value) as Answer);
  }

  /** Sends a command without waiting. */
  send(command: string): void {
    this.#child.stdin.write(`${command}\n`);
  }

  /** Sends a command and answers what comes back. */
  async ask(command: string): Promise<Answer | undefined> {
    this.send(command);
    return this.answer();
  }

  /** Ends the process at once, as a crash does. What it had already answered can still be read. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets the process close its store and end. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}
