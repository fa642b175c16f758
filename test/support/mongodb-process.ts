import { cp } from 'node:fs/promises';
import { RestartableProcess } from './restartable-process.js';
import { tempFolder } from './temp-folder.js';

/** The program of a MongoDB server that tests may end and start, or nothing: scripts/mongodb-server.mjs builds it. */
export const mongoDbServer = process.env.APPLEDGER_TEST_MONGODB_SERVER ?? '';

/** Specs that start MongoDB servers; where there is none they are skipped, and say how they are run. */
export function describeWithMongoDb(title: string, specs: () => void): void {
  if (mongoDbServer === '') describe.skip(`${title} (npm run test:mongodb runs this)`, specs);
  else describe(title, specs);
}

/** A MongoDB server of a test's own, to be stopped and started again on the same data and the same port. */
export class MongoDbProcess extends RestartableProcess {
  #folder = tempFolder();
  #url = new URL('mongodb://127.0.0.1:0/');

  /** Known once it has been started. */
  get url(): string {
    return this.#url.href;
  }

  /** The next start is on the data of another server, which has ended. */
  takeDataOf(other: MongoDbProcess): void {
    this.#folder = other.#folder;
  }

  /** Takes a copy of the data, while it does not run. Answers the folder that it lies in. */
  async backUp(): Promise<string> {
    const backup = tempFolder();
    await cp(this.#folder, backup, { recursive: true });
    return backup;
  }

  /** The next start is on this data: a back-up, or none at all. */
  restore(backup = tempFolder()): void {
    this.#folder = backup;
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    this.#url = new URL(await this.launch(mongoDbServer, ['-data', this.#folder, '-listen', this.#url.host]));
  }
}
