import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server in a process of its own, for tests to end and start again; see its subclasses for which. */
export abstract class RestartableProcess {
  #child: ChildProcess | undefined;

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

  /**
   * Starts the program, whose standard input ends when this process does.
   *
   * @returns the first line that it writes, which it does once it serves
   * @throws Error it has ended instead
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
