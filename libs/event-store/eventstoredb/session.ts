import type { EventStoreDBClient } from '@eventstore/db-client';
import type { Driver } from './driver.js';
import { type DriverStream, EventPull } from './event-pull.js';

/** A client while its connection holds, and the calls that are made through it: they fail when it ends. */
export class Session {
  readonly #pulls = new Set<EventPull>();
  readonly #unanswered = new Set<(error: Error) => void>();
  #failure: Error | undefined;

  constructor(private readonly driver: Driver) {}

  get client(): EventStoreDBClient {
    return this.driver.client;
  }

  /** Reads a stream of the driver. */
  pull(stream: DriverStream): EventPull {
    const pull: EventPull = new EventPull(stream, () => this.#pulls.delete(pull));
    this.#pulls.add(pull);
    return pull;
  }

  /** Waits for the answer of a call. @throws Error the call's, or the one that the session ended with */
  async answer<T>(call: Promise<T>): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure;
    let reject: (error: Error) => void = () => {};
    const ended = new Promise<never>((_, failed) => {
      reject = failed;
    });
    this.#unanswered.add(reject);
    try {
      return await Promise.race([call, ended]);
    } finally {
      this.#unanswered.delete(reject);
    }
  }

  /** Ends every call with the error, and lets go of the connection. */
  end(error: Error): void {
    this.#failure ??= error;
    for (const pull of this.#pulls) {
      pull.fail(error); // The driver says nothing of what is cancelled here.
      pull.leave();
    }
    for (const reject of this.#unanswered) reject(error);
    this.driver.close();
  }
}
