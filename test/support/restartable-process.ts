import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tempFolder } from './temp-folder.js';

/** A server in a child process, on a data folder, for tests that stop and restart it. */
export abstract class RestartableProcess {
  /** The data folder that the next start uses. */
  folder = tempFolder();
  #child: ChildProcess | undefined;

  /** Copies the data folder while the process does not run. Returns the folder of the copy. */
  async backUp(): Promise<string> {
    const backup = tempFolder();
    await cp(this.folder, backup, { recursive: true });
    return backup;
  }

  /** Lets the next start use a backup, or an empty folder. */
  restore(backup = tempFolder()): void {
    this.folder = backup;
  }

  /** Ends the process and waits for its exit; does nothing if it does not run. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }

  /** Sends a signal that does not end the process, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /**
   * Starts the program. Its standard input ends when the test process does.
   *
   * @returns the first line of its output, which it writes once it serves
   * @throws Error the program has exited instead
   */
  protected async launch(program: string, args: readonly string[]): Promise<string> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    return Promise.race([
      once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line)),
      once(child, 'close').then(([code]) => Promise.reject(new Error(`${program} ended with code ${code}`))),
    ]);
  }
}
