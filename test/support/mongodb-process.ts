import { RestartableProcess } from './restartable-process.js';

/** Path of the MongoDB server that scripts/mongodb-server.mjs builds; empty if there is none. */
export const mongoDbServer = process.env.APPLEDGER_TEST_MONGODB_SERVER ?? '';

/**
 * Describes specs that start MongoDB servers. Without a server they are skipped, and their title says how to run them.
 */
export function describeWithMongoDb(title: string, specs: () => void): void {
  if (mongoDbServer === '') describe.skip(`${title} (npm run test:mongodb runs this)`, specs);
  else describe(title, specs);
}

/** A MongoDB server in a child process, for tests that stop and restart it on the same port. */
export class MongoDbProcess extends RestartableProcess {
  #url = new URL('mongodb://127.0.0.1:0/');

  /** The URL of the server; known after the first start. */
  get url(): string {
    return this.#url.href;
  }

  /** Lets the next start use the data of another server, which has stopped. */
  takeDataOf(other: MongoDbProcess): void {
    this.folder = other.folder;
  }

  /** Starts the server and waits until it listens. */
  async start(): Promise<void> {
    this.#url = new URL(await this.launch(mongoDbServer, ['-data', this.folder, '-listen', this.#url.host]));
  }
}
