import type { EventStoreDBClient } from '@eventstore/db-client';
import type { Driver } from './driver.js';
import { type DriverStream, EventPull } from './event-pull.js';

/** A client while its connection holds, and the streams that are read through it. */
export class Session {
  readonly #pulls = new Set<EventPull>();

  constructor(private readonly driver: Driver) {}

  get client(): EventStoreDBClient {
    return this.driver.client;
  }

  /** Reads a stream of the driver; it fails when the session ends. */
  pull(stream: DriverStream): EventPull {
    const pull: EventPull = new EventPull(stream, () => this.#pulls.delete(pull));
    this.#pulls.add(pull);
    return pull;
  }

  /** Ends what is being read, with the error, and lets go of the connection. */
  end(error: Error): void {
    for (const pull of this.#pulls) {
      pull.fail(error); // The driver says nothing of what is cancelled here.
      pull.leave();
    }
    this.driver.close();
  }
}
