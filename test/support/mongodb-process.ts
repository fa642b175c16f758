import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { tempFolder } from './temp-folder.js';

/** The program of a MongoDB server that tests may end and start, or nothing: scripts/mongodb-server.mjs builds it. */
export const mongoDbServer = process.env.APPLEDGER_TEST_MONGODB_SERVER ?? '';

/** A MongoDB server of a test's own, to be stopped and started again on the same data and the same port. */
export class MongoDbProcess {
  readonly #folder = tempFolder();
  #child: ChildProcess | undefined;
  #url = new URL('mongodb://127.0.0.1:0/');

  /** Known once it has been started. */
  get url(): string {
    return this.#url.href;
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    const child = spawn(mongoDbServer, ['-data', this.#folder, '-listen', this.#url.host], {
      stdio: ['pipe', 'pipe', 'inherit'], // It ends when its standard input does.
    });
    this.#child = child;
    const ended = once(child, 'close').then(([code]) => Promise.reject(new Error(`MongoDB ended with code ${code}`)));
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
    ended.catch(() => undefined); // It is ended, later.
    this.#url = new URL(line);
  }

  /** Ends it and waits for the end; does nothing when it does not run. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }

  /** Sends a signal that does not end it, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }
}
