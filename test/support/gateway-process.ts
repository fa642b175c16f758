import { cp } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gatewayUrl } from './gateway-url.js';
import { RestartableProcess } from './restartable-process.js';
import { tempFolder } from './temp-folder.js';

const CHILD = resolve(import.meta.dirname, '../../dist/test/support/gateway-child.js');

/** An embedded event store behind the gateway in a process of its own, for tests to stop and start. */
export class GatewayProcess extends RestartableProcess {
  #folder = tempFolder();
  #port = 0;

  /** For EventStoreDB's clients; known once it has been started. */
  get connectionString(): string {
    return gatewayUrl(this.#port);
  }

  /** Where it listens; known once it has been started. */
  get port(): number {
    return this.#port;
  }

  /** Takes a copy of the events, while it does not run. Answers the folder that it lies in. */
  async backUp(): Promise<string> {
    const backup = tempFolder();
    await cp(this.#folder, backup, { recursive: true });
    return backup;
  }

  /** The next start is on these events: a back-up, or none at all. */
  restore(backup = tempFolder()): void {
    this.#folder = backup;
  }

  /** Starts it, on the same port each time, and waits until it answers. */
  async start(): Promise<void> {
    const line = await this.launch(process.execPath, [CHILD, this.#folder, `${this.#port}`]);
    this.#port = JSON.parse(line).port;
  }
}
