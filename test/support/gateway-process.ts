import { resolve } from 'node:path';
import { gatewayUrl } from './gateway-url.js';
import { forShortLives } from './node-options.js';
import { RestartableProcess } from './restartable-process.js';

const CHILD = resolve(import.meta.dirname, '../../dist/test/support/gateway-child.js');

/** An embedded event store with a gateway in a child process, for tests that stop and restart it. */
export class GatewayProcess extends RestartableProcess {
  #port = 0;

  /** The connection string for EventStoreDB's clients; known after the first start. */
  get connectionString(): string {
    return gatewayUrl(this.#port);
  }

  /** The port of the gateway; known after the first start. */
  get port(): number {
    return this.#port;
  }

  /** Starts the process, on the same port each time, and waits until it listens. */
  async start(): Promise<void> {
    const line = await this.launch(process.execPath, [...forShortLives, CHILD, this.folder, `${this.#port}`]);
    this.#port = JSON.parse(line).port;
  }
}
