import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { gatewayUrl } from './gateway-url.js';
import { tempFolder } from './temp-folder.js';

const CHILD = resolve(import.meta.dirname, '../../dist/test/support/gateway-child.js');

/** An embedded event store behind the gateway in a process of its own, for tests to stop and start. */
export class GatewayProcess {
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #port = 0;

  /** @param folder of the events; default: a temporary one */
  constructor(folder = tempFolder()) {
    this.#folder = folder;
  }

  /** For EventStoreDB's clients; known once it has been started. */
  get connectionString(): string {
    return gatewayUrl(this.#port);
  }

  /** Starts it, on the same port each time, and waits until it answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [CHILD, this.#folder, `${this.#port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const line = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
      once(child, 'close').then(([code]) => Promise.reject(new Error(`the gateway ended with code ${code}`))),
    ]);
    this.#port = JSON.parse(line).port;
  }

  /** Ends it and waits for the end; does nothing when it does not run. */
  async end(signal: NodeJS.Signals): Promise<void> {
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
